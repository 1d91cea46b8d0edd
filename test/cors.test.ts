import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { openTestApp, type TestApp } from './support/app.ts';

let app: TestApp;
const OURS = 'https://crm.example';
beforeAll(async () => {
  app = await openTestApp({ FRONTEND_URL: OURS });
});
afterAll(() => app.close());

const preflight = (origin: string) =>
  supertest(app.url)
    .options('/api/v1/contacts/')
    .set('Origin', origin)
    .set('Access-Control-Request-Method', 'PATCH')
    .set('Access-Control-Request-Headers', 'authorization,idempotency-key,if-match');

describe('another origin', () => {
  test('that is the frontend may call and read the fields that clients rely on', async () => {
    const { headers } = await preflight(OURS).expect(204);
    expect(headers['access-control-allow-origin']).toBe(OURS);
    expect(headers['access-control-allow-methods']).toContain('PATCH');
    expect(headers['access-control-allow-headers']).toContain('idempotency-key');
    const answer = await supertest(app.url).get('/api/v1/contacts/').set('Origin', OURS).expect(401);
    expect(answer.headers['access-control-allow-origin']).toBe(OURS);
    for (const field of ['ETag', 'Retry-After', 'X-Request-Id', 'Idempotent-Replayed']) {
      expect(answer.headers['access-control-expose-headers']).toContain(field);
    }
  });

  test('asks with OPTIONS what a path knows, when it is no preflight', async () => {
    const ask = () => supertest(app.url).options('/api/v1/contacts/');
    for (const answer of [await ask().expect(204), await ask().set('Origin', OURS).expect(204)]) {
      expect(answer.headers.allow).toBe('GET, POST, HEAD, OPTIONS');
    }
    const { headers } = await ask().set('Origin', OURS);
    expect(headers['access-control-allow-origin']).toBe(OURS);
    await supertest(app.url).options('/api/v1/nothing/').set('Origin', OURS).expect(404);
  });

  test.each([
    'https://evil.example',
    'null',
    `${OURS}.evil.example`,
    'http://crm.example',
    'https://sub.crm.example',
    `${OURS}:8443`,
    OURS.toUpperCase(),
  ])('%s is never reflected', async (origin) => {
    for (const { headers } of [
      await preflight(origin),
      await supertest(app.url).get('/api/v1/ping/').set('Origin', origin).expect(200),
      await supertest(app.url).get('/api/v1/contacts/').set('Origin', origin).expect(401),
    ]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });
});
