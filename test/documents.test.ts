import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { parse } from 'yaml';
import { permissionCodes } from '../src/auth/permissions.ts';
import { openTestApp, type TestApp } from './support/app.ts';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  description: string;
  security: unknown[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; securitySchemes: object };
}

let app: TestApp;
let document: OpenApi;
let text: string;
beforeAll(async () => {
  app = await openTestApp();
  const answer = await supertest(app.url).get('/api/schema/').expect(200);
  ({ body: document, text } = answer);
});
afterAll(() => app.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the OpenAPI document', () => {
  test('is 3.1 and the same as YAML', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'MyCRM API', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    const yaml = await supertest(app.url).get('/api/schema/?format=yaml').buffer(true).expect(200);
    expect(yaml.headers['content-type']).toContain('yaml');
    expect(parse(yaml.text)).toEqual(document);
    await supertest(app.url).get('/api/schema').expect(200);
  });

  test('names every operation once and gives each what a client needs', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map((tag) => tag.name));
    for (const { path, operation } of operations()) {
      expect(operation.operationId).toMatch(/^[a-z0-9_]+$/);
      expect(operation.summary).toMatch(/\S.*[.]$/);
      expect(operation.tags.every((tag) => tags.has(tag))).toBe(true);
      const declared = operation.parameters.filter((each) => each.in === 'path').map((each) => each.name);
      expect([path, declared.sort()]).toEqual([path, (path.match(/(?<=\{)\w+(?=\})/g) ?? []).sort()]);
      const keys = operation.parameters.map((each) => `${each.in} ${each.name}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const parameter of operation.parameters) expect(parameter.schema).toBeInstanceOf(Object);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^([1-5]\d\d|default)$/);
        expect(response.description).toBeTruthy();
      }
      expect(operation.responses.default?.content).toHaveProperty('application/problem+json');
    }
  });

  test('says of every operation who may call it', () => {
    const codes = new RegExp(`^Needs the permission \`(${permissionCodes.join('|')})\`\\.$`);
    for (const { operation } of operations()) {
      const isOpen = operation.description === 'Open to anyone.';
      expect(operation.security).toEqual(isOpen ? [] : [{ bearer: [] }]);
      if (!isOpen && operation.description !== 'For any signed-in user.') expect(operation.description).toMatch(codes);
    }
  });

  test('refers only to what it holds', () => {
    for (const [, reference] of text.matchAll(/"\$ref":"(#[^"]*)"/g)) {
      const found = (reference ?? '')
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect([reference, found]).toEqual([reference, expect.anything()]);
    }
  });

  test('is true: every GET that needs no parameters answers as declared', async () => {
    const admin = await app.createCaller('admin');
    const simple = operations().filter(
      ({ path, method, operation }) =>
        method === 'get' && !path.includes('{') && !operation.parameters.some(({ required }) => required),
    );
    expect(simple.length).toBeGreaterThan(10);
    for (const { path, operation } of simple) {
      const { status, headers } = await admin.get(path.replace('/api/v1', ''));
      const type = headers['content-type']?.split(';')[0];
      expect([path, status, type]).toEqual([path, 200, Object.keys(operation.responses[200]?.content ?? {})[0]]);
    }
  });

  test('holds no secret', () => {
    for (const secret of [app.system.config.SECRET_KEY, app.system.databaseUrl, app.system.config.DEMO_PASSWORD]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/password_hash|refresh_hash/);
  });
});

describe.each([['/api/docs/'], ['/api/redoc/']])('the page %s', (path) => {
  test('loads only local files, each of which is there, under a strict policy', async () => {
    for (const spelling of [path, path.slice(0, -1)]) {
      const page = await supertest(app.url).get(spelling).expect(200);
      expect(page.headers['content-type']).toContain('text/html');
      const policy = page.headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'self'(;|$)/);
      expect(policy).toContain("frame-ancestors 'none'");
      const files = [...page.text.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(files.length).toBeGreaterThanOrEqual(2);
      for (const file of files) {
        expect(file).toMatch(/^\/api\//);
        await supertest(app.url).get(file).expect(200);
      }
      // An inline script would not run under this policy.
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
    }
  });

  test('hands out nothing beside its files', async () => {
    for (const file of ['..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json', '....//package.json', 'nothing.js']) {
      const answer = await supertest(app.url).get(`${path}assets/${file}`);
      expect([400, 403, 404]).toContain(answer.status);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });
});

test('unknown documents answer in the shape of a problem', async () => {
  const { body } = await supertest(app.url).get('/api/nothing/').expect(404);
  expect(body).toMatchObject({ code: 'not_found', status: 404 });
  await supertest(app.url).get('/api/schema/?format=xml').expect(400);
});

test('/favicon.ico is a picture', async () => {
  const icon = await supertest(app.url).get('/favicon.ico').expect(200);
  expect(icon.headers['content-type']).toContain('image/svg+xml');
  expect(icon.body.toString()).toContain('<svg');
});
