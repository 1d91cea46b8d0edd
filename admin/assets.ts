import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Router } from 'express';
import { bundleComponents } from './bundle.ts';

const require = createRequire(import.meta.url);
const adminJs = dirname(require.resolve('adminjs'));
const scripts = join(adminJs, 'lib/frontend/assets/scripts');
const designSystem = join(dirname(require.resolve('@adminjs/design-system')), '..');
const { version } = JSON.parse(readFileSync(join(adminJs, 'package.json'), 'utf8')) as { version: string };

/**
 * LIST of the scripts of a page. Always the minified ones: in development AdminJS would serve 26 MB instead of three.
 */
const SCRIPTS: Record<string, () => Promise<string>> = {
  global: () => readFile(join(scripts, 'global-bundle.production.js'), 'utf8'),
  'design-system': () => readFile(join(designSystem, 'bundle.production.js'), 'utf8'),
  app: () => readFile(join(scripts, 'app-bundle.production.js'), 'utf8'),
  components: bundleComponents,
};

// Our own components change without a new version of AdminJS, so they are asked for anew by each process.
const started = Date.now().toString(36);

/** Part of a script's address, so that a browser keeps it until it changes. */
export function assetVersion(name: string): string {
  return name === 'components' ? started : version;
}

type Encoding = 'br' | 'gzip' | 'identity';

interface Asset {
  etag: string;
  bodies: Record<Encoding, Buffer>;
}

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);
// A higher quality takes several times as long for two hundredths less.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const prepared = new Map<string, Promise<Asset>>();

/** Serves the scripts compressed and for a year. They are compressed once, while their page is being put together. */
export function createAssetRouter(): Router {
  const router = Router();
  for (const [name, read] of Object.entries(SCRIPTS)) {
    // A failure shows where the script is asked for; here nobody waits for it.
    prepare(name, read).catch(() => undefined);
    router.get(`/frontend/assets/${name}.bundle.js`, async (req, res) => {
      const { etag, bodies } = await prepare(name, read);
      const encoding = (req.acceptsEncodings('br', 'gzip') || 'identity') as Encoding;
      res.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      res.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
      res.setHeader('Vary', 'Accept-Encoding');
      res.setHeader('ETag', etag);
      if (req.fresh) return void res.status(304).end();
      if (encoding !== 'identity') res.setHeader('Content-Encoding', encoding);
      res.setHeader('Content-Length', bodies[encoding].length);
      res.end(bodies[encoding]);
    });
  }
  return router;
}

function prepare(name: string, read: () => Promise<string>): Promise<Asset> {
  let found = prepared.get(name);
  if (!found) {
    found = compress(read());
    prepared.set(name, found);
    // A failure is not kept: the next request tries again.
    found.catch(() => prepared.delete(name));
  }
  return found;
}

async function compress(reading: Promise<string>): Promise<Asset> {
  const identity = Buffer.from(await reading);
  const [gzipped, br] = await Promise.all([compressGzip(identity), compressBrotli(identity, BROTLI)]);
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  // Weak, as the same script goes out in three encodings.
  return { etag: `W/"${digest}"`, bodies: { identity, gzip: gzipped, br } };
}
