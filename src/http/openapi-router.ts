import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { Router } from 'express';
import helmet from 'helmet';
import { stringify } from 'yaml';
import type { FieldDefinitions } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { buildOpenApi, type DescribeCustomFields } from './openapi.ts';
import { loadRedocScript } from './redoc-script.ts';
import type { Route } from './route.ts';

const require = createRequire(import.meta.url);

/** Where to begin, for whoever opens the address of the API itself. */
const INDEX = {
  api: '/api/v1/',
  documentation: '/api/docs/',
  reference: '/api/redoc/',
  schema: '/api/schema/',
  health: '/api/v1/health/',
};

export interface DocumentOptions {
  routes: readonly Route[];
  version: string;
  customFields: FieldDefinitions;
  describeCustomFields: DescribeCustomFields;
}

/** The index at `/` and `/v1/`, and the documents: `/schema/`, Swagger UI at `/docs/`, ReDoc at `/redoc/`. Everything comes from local files. */
export function createDocumentRouter({ routes, version, customFields, describeCustomFields }: DocumentOptions): Router {
  const router = Router({ caseSensitive: true });
  router.use(helmet({ contentSecurityPolicy: false, crossOriginResourcePolicy: { policy: 'cross-origin' } }));
  router.get(['/', '/v1/'], (_req, res) => void res.json({ name: 'MyCRM API', version, ...INDEX }));
  // Made at the first question, and anew after a custom field has changed: most processes are never asked.
  let made: { of: unknown; json: string; yaml?: string } | null = null;
  router.get('/schema/', async (req, res) => {
    await customFields.ready();
    if (made?.of !== customFields.all()) {
      const json = JSON.stringify(buildOpenApi(routes, version, describeCustomFields));
      made = { of: customFields.all(), json };
    }
    const format = req.query.format ?? 'json';
    if (format !== 'json' && format !== 'yaml') throw fieldError('format', 'invalid_choice', 'Choose json or yaml.');
    if (format === 'yaml') {
      made.yaml ??= stringify(JSON.parse(made.json));
      res.type('application/yaml').send(made.yaml);
      return;
    }
    res.type('application/json').send(made.json);
  });

  const swagger = dirname(require.resolve('swagger-ui-dist/package.json'));
  router.get('/docs/', (_req, res) => sendPage(res, SWAGGER_PAGE));
  router.get('/docs/start.js', (_req, res) => void res.type('text/javascript').send(SWAGGER_START));
  router.use('/docs/assets', express.static(swagger, { index: false, maxAge: '1d' }));
  router.get('/redoc/', (_req, res) => sendPage(res, REDOC_PAGE));
  router.get('/redoc/assets/redoc.standalone.js', async (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=86400');
    res.type('text/javascript').send(await loadRedocScript());
  });
  return router;
}

// Both set styles on elements; scripts come from here alone.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function sendPage(res: express.Response, html: string): void {
  res.setHeader('Content-Security-Policy', POLICY);
  res.type('html').send(html);
}

const SWAGGER_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>MyCRM API</title><link rel="stylesheet" href="/api/docs/assets/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>`;

const SWAGGER_START = `SwaggerUIBundle({ url: '/api/schema/', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });`;

const REDOC_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>MyCRM API</title><meta name="viewport" content="width=device-width"></head>
<body><redoc spec-url="/api/schema/" disable-search></redoc><script src="/api/redoc/assets/redoc.standalone.js"></script></body>
</html>`;
