import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { eventually } from './support/eventually.ts';

let app: TestApp;
let rep: Caller;
let other: Caller;
let contactId: string;
beforeAll(async () => {
  app = await openTestApp();
  [rep, other] = await Promise.all([app.createCaller('sales_rep'), app.createCaller('sales_rep')]);
  const ada = { first_name: 'Adá', last_name: 'Lovelace', email: 'ada@engines.example', job_title: 'Analyst' };
  contactId = (await rep.post('/contacts/', { ...ada, company: 'Lovelace Engines' }).expect(201)).body.id;
});
afterAll(() => app.close());

interface Result {
  id: string;
  entity_type: string;
  title: string;
  score: number;
  highlights: Record<string, string>;
}

async function search(caller: Caller, q: string, more = ''): Promise<Result[]> {
  const { body } = await caller.get(`/search/?q=${encodeURIComponent(q)}${more}`).expect(200);
  expect(body.count).toBe(body.results.length);
  return body.results;
}

describe('search', () => {
  test('finds what was written a moment ago, in every kind of row, best first', async () => {
    const note = { target_type: 'contact', target_id: contactId, type: 'note', subject: 'Lovelace called' };
    await rep.post('/activities/log/', note).expect(201);
    const found = await search(rep, 'lovelace');
    expect(new Set(found.map((result) => result.entity_type))).toEqual(new Set(['contact', 'company', 'activity']));
    expect(found.map((result) => result.score)).toEqual(found.map((result) => result.score).sort((a, b) => b - a));
    // A title that begins with what was typed stands before one that merely holds it.
    expect(found.at(-1)?.id).toBe(contactId);
    expect(found.find((result) => result.id === contactId)).toMatchObject({
      title: 'Adá Lovelace',
      subtitle: 'Analyst · ada@engines.example',
      url: `/contacts/${contactId}`,
      highlights: { title: 'Adá <mark>Lovelace</mark>' },
    });
  });

  test.each(['ada lovel', 'LOVELACE adá', 'engines.exam', 'analyst'])('finds by %s', async (q) => {
    expect((await search(rep, q)).map((result) => result.id)).toContain(contactId);
  });

  test('forgives a typing error once the words are learnt, behind what was meant exactly', async () => {
    const found = await eventually(
      () => search(rep, 'lovelase'),
      (results) => results.length > 0,
      3000,
    );
    expect(found.map((result) => result.id)).toContain(contactId);
    const exact = (await search(rep, 'lovelace')).find((result) => result.id === contactId);
    expect(found.find((result) => result.id === contactId)?.score).toBeLessThan(exact?.score ?? 0);
  });

  test('shows nobody what they may not read', async () => {
    expect(await search(other, 'lovelace')).toEqual([]);
    expect(await search(await app.createCaller('guest'), 'lovelace')).toEqual([]);
    await (await app.createCaller('guest')).get('/search/?q=x&entity_types=contact').expect(403);
    // The name of a company finds its contacts only for who may read the company.
    const admin = await app.createCaller('admin');
    const { body: hidden } = await admin.post('/companies/', { name: 'Zweigwerk' }).expect(201);
    const shared = { first_name: 'Max', last_name: 'Shared', company_id: hidden.id, owner_id: other.id };
    const { body: contact } = await admin.post('/contacts/', shared).expect(201);
    expect((await search(admin, 'zweigwerk')).map((result) => result.id)).toContain(contact.id);
    expect(await search(other, 'zweigwerk')).toEqual([]);
    expect((await search(other, 'max shared')).map((result) => result.id)).toEqual([contact.id]);
  });

  test('looks only through the kinds that are asked for, and no further than the limit', async () => {
    expect((await search(rep, 'lovelace', '&entity_types=companies')).map((row) => row.entity_type)).toEqual([
      'company',
    ]);
    expect(await search(rep, 'lovelace', '&limit=1')).toHaveLength(1);
    for (const query of [
      '',
      '?q=',
      '?q=%20',
      '?q=x&limit=0',
      '?q=x&limit=1000',
      '?q=x&entity_types=user',
      '?q=x&z=1',
    ]) {
      await rep.get(`/search/${query}`).expect(400);
    }
  });

  test.each(["' | a:* & !b", '***', '!', ':*', '\\', '%', "x') OR TRUE --", '\u0000', '(((', 'a'.repeat(200)])(
    'takes %j for words',
    async (q) => {
      await rep.get(`/search/?q=${encodeURIComponent(q)}`).expect(200);
    },
  );

  test('marks what was found and lets no markup through', async () => {
    await rep.post('/contacts/', { first_name: '<b>Bold</b>', last_name: 'Markup' }).expect(201);
    const [found] = await search(rep, 'bold markup');
    expect(found?.highlights.title).toBe('&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; <mark>Markup</mark>');
  });

  test('a row in the trash is not found', async () => {
    const { body } = await rep.post('/contacts/', { first_name: 'Gone', last_name: 'Quixotic' }).expect(201);
    const admin = await app.createCaller('admin');
    await admin.delete(`/contacts/${body.id}/`).expect(204);
    expect(await search(admin, 'quixotic')).toEqual([]);
  });
});

describe('what one searches and looks at', () => {
  test('a search is saved for oneself alone', async () => {
    const saved = { name: 'Engines', q: 'lovelace', entity_types: ['contact'] };
    const { body } = await rep.post('/saved-searches/', saved).expect(201);
    expect(body).toMatchObject({ ...saved, user_id: rep.id });
    expect((await rep.get('/saved-searches/').expect(200)).body.count).toBe(1);
    await other.get(`/saved-searches/${body.id}/`).expect(404);
    await rep.post('/saved-searches/', { ...saved, user_id: other.id }).expect(400);
    await rep.patch(`/saved-searches/${body.id}/`, { entity_types: ['robot'] }).expect(400);
  });

  test('the records that one looked at last are listed, newest first', async () => {
    const { body } = await rep.post('/contacts/', { first_name: 'Seen', last_name: 'Later' }).expect(201);
    await rep.get(`/contacts/${contactId}/`).expect(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await rep.get(`/contacts/${body.id}/`).expect(200);
    const { body: recent } = await eventually(
      () => rep.get('/recent-items/').expect(200),
      (answer) => answer.body.results.length === 2,
      3000,
    );
    expect(recent.results).toMatchObject([
      { id: body.id, entity_type: 'contact', title: 'Seen Later', url: `/contacts/${body.id}` },
      { id: contactId },
    ]);
    expect((await other.get('/recent-items/').expect(200)).body.results).toEqual([]);
  });
});
