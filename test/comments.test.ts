import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let rep: Caller;
let other: Caller;
let admin: Caller;
let viewer: Caller;
let target: { target_type: string; target_id: string };
beforeAll(async () => {
  app = await openTestApp();
  [rep, other, admin, viewer] = await Promise.all([
    app.createCaller('sales_rep'),
    app.createCaller('sales_rep'),
    app.createCaller('admin'),
    app.createCaller('viewer'),
  ]);
  const { body } = await rep.post('/contacts/', { first_name: 'Ada', last_name: 'Lovelace' }).expect(201);
  target = { target_type: 'contact', target_id: body.id };
});
afterAll(() => app.close());

const say = (by: Caller, content: string, more: object = {}) => by.post('/comments/', { ...target, content, ...more });

describe('a comment', () => {
  test('is written, answered to, changed and removed by its author', async () => {
    const first = (await say(rep, 'Shall we call?').expect(201)).body;
    expect(first).toMatchObject({
      ...target,
      content: 'Shall we call?',
      author_name: 'sales_rep Tester',
      mentions: [],
    });
    const reply = (await say(admin, 'Yes.\nToday.', { parent_id: first.id }).expect(201)).body;
    expect(reply).toMatchObject({ parent_id: first.id, content: 'Yes.\nToday.' });
    const list = await rep.get(`/contacts/${target.target_id}/comments/?ordering=created_at`).expect(200);
    expect(list.body.results.map((row: { id: string }) => row.id)).toEqual([first.id, reply.id]);
    await rep.patch(`/comments/${first.id}/`, { content: 'Shall we write?' }).expect(200);
    await rep.delete(`/comments/${first.id}/`).expect(204);
    await rep.get(`/comments/${first.id}/`).expect(404);
    await rep.post(`/comments/${first.id}/restore/`).expect(200);
  });

  test('of another is read, not changed; a moderator may remove it', async () => {
    const { id } = (await say(rep, 'Mine').expect(201)).body;
    await admin.get(`/comments/${id}/`).expect(200);
    expect((await admin.patch(`/comments/${id}/`, { content: 'Yours' }).expect(403)).body.detail).toMatch(/author/);
    await viewer.delete(`/comments/${id}/`).expect(403);
    await admin.delete(`/comments/${id}/`).expect(204);
  });

  test('is not seen, written or answered where its record is not', async () => {
    const { id } = (await say(rep, 'Hidden').expect(201)).body;
    await other.get(`/comments/${id}/`).expect(404);
    await other.get(`/contacts/${target.target_id}/comments/`).expect(404);
    expect((await other.get('/comments/?count=exact').expect(200)).body.count).toBe(0);
    await say(other, 'Me too').expect(400);
    await say(viewer, 'Me too').expect(403);
    await other.patch(`/comments/${id}/`, { content: 'x' }).expect(404);
  });

  test('stays where it was made and answers only comments of its record', async () => {
    const { id } = (await say(rep, 'Here').expect(201)).body;
    const elsewhere = (await rep.post('/contacts/', { first_name: 'Bob', last_name: 'Else' }).expect(201)).body.id;
    const moved = await rep.patch(`/comments/${id}/`, { target_id: elsewhere }).expect(400);
    expect(moved.body.errors[0]).toMatchObject({ field: 'target_id', code: 'fixed' });
    const reply = await say(rep, 'There', { target_id: elsewhere, parent_id: id }).expect(400);
    expect(reply.body.errors[0].field).toBe('parent_id');
    await say(rep, '').expect(400);
    await say(rep, 'x', { target_type: 'team' }).expect(400);
    await say(rep, 'x', { created_by_id: admin.id }).expect(400);
  });

  test('mentions by @username and by id whoever may read the record, and nobody else', async () => {
    const name = admin.email.split('@')[0];
    const content = `@${name} and @${other.email}: look. mail@${name} is an address.`;
    const { id, mentions } = (await say(rep, content, { mentions: [viewer.id, other.id] }).expect(201)).body;
    expect(mentions.sort()).toEqual([admin.id, viewer.id].sort());
    const mine = await admin.get('/mentions/').expect(200);
    expect(mine.body.results.map((row: { id: string }) => row.id)).toEqual([id]);
    expect((await other.get('/mentions/').expect(200)).body.results).toEqual([]);
  });
});

describe('a follow', () => {
  test('is made once, listed to its user alone, and ended', async () => {
    const first = (await rep.post('/follows/', target).expect(201)).body;
    const again = (await rep.post(`/contacts/${target.target_id}/follow/`).expect(200)).body;
    expect(again.id).toBe(first.id);
    expect((await rep.get('/follows/').expect(200)).body.results).toHaveLength(1);
    expect((await admin.get('/follows/').expect(200)).body.results).toEqual([]);
    await admin.delete(`/follows/${first.id}/`).expect(404);
    await rep.post(`/contacts/${target.target_id}/unfollow/`).expect(204);
    expect((await rep.get('/follows/').expect(200)).body.results).toEqual([]);
    await rep.delete(`/follows/${first.id}/`).expect(404);
  });

  test('needs a record that one may read', async () => {
    await other.post('/follows/', target).expect(400);
    await other.post(`/contacts/${target.target_id}/follow/`).expect(404);
    await (await app.createCaller('guest')).post('/follows/', target).expect(403);
  });
});
