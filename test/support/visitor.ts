import { randomInt } from 'node:crypto';
import supertest, { type Test } from 'supertest';

/** Somebody who is not signed in, at an address of their own, so that the limits by address do not mix. */
export interface Visitor {
  ip: string;
  get(path: string): Test;
  post(path: string, body?: object): Test;
}

/** Requests without a token from `ip`. Paths are relative to /api/v1. */
export function visitFrom(url: string, ip = randomAddress()): Visitor {
  return {
    ip,
    get: (path) => supertest(url).get(`/api/v1${path}`).set('X-Forwarded-For', ip),
    post: (path, body = {}) => supertest(url).post(`/api/v1${path}`).set('X-Forwarded-For', ip).send(body),
  };
}

export function randomAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

export function randomEmail(): string {
  return `person-${randomInt(1e12)}@test.example`;
}
