import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('requests of many users at once are each answered as their own', async () => {
  const callers = await Promise.all(Array.from({ length: 12 }, () => app.createCaller('sales_rep')));
  const rounds = [...callers, ...callers, ...callers];
  const answers = await Promise.all(rounds.map((caller) => caller.get('/auth/me/')));
  expect(answers.map((answer) => answer.body.id)).toEqual(rounds.map((caller) => caller.id));
});
