import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { eventually } from './support/eventually.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

interface Line {
  action: string;
  target_id: string;
  description: string;
  changes: Record<string, unknown>;
}

/** The feed comes after the commit, so it is read until it is there. */
async function readFeed(caller: Caller, path: string, most: number): Promise<Line[]> {
  const { body } = await eventually(
    () => caller.get(path).expect(200),
    (answer) => answer.body.results.length >= most,
    3000,
  );
  return body.results;
}

async function createContact(caller: Caller, last_name: string): Promise<string> {
  const { body } = await caller.post('/contacts/', { first_name: 'Ada', last_name }).expect(201);
  return body.id;
}

describe('the feed', () => {
  test('tells what happened to a record as sentences, newest first', async () => {
    const rep = await app.createCaller('sales_rep');
    const id = await createContact(rep, 'Lovelace');
    await rep.patch(`/contacts/${id}/`, { city: 'London', job_title: 'Analyst' }).expect(200);
    await rep.post('/comments/', { target_type: 'contact', target_id: id, content: 'Call her.' }).expect(201);
    const feed = await readFeed(rep, `/activities/?target_id=${id}`, 3);
    expect(feed.map((line) => line.description)).toEqual([
      'sales_rep Tester commented on the contact Ada Lovelace.',
      'sales_rep Tester changed city and job title of the contact Ada Lovelace.',
      'sales_rep Tester created the contact Ada Lovelace.',
    ]);
    expect(feed[1]).toMatchObject({
      action: 'updated',
      action_type: 'updated',
      target_type: 'contact',
      target_name: 'Ada Lovelace',
      actor: { id: rep.id, name: 'sales_rep Tester', avatar: null },
      changes: { city: [null, 'London'], job_title: [null, 'Analyst'] },
    });
    const alias = await readFeed(rep, `/activity-feed/?target_id=${id}&actor=${rep.id}&action=updated`, 1);
    expect(alias).toHaveLength(1);
    expect(await readFeed(rep, `/contacts/${id}/activities/`, 3)).toEqual(feed);
  });

  test('shows only what is about records that its reader may read', async () => {
    const [rep, other, guest] = await Promise.all([
      app.createCaller('sales_rep'),
      app.createCaller('sales_rep'),
      app.createCaller('guest'),
    ]);
    const id = await createContact(rep, 'Secret');
    await readFeed(rep, `/activities/?target_id=${id}`, 1);
    for (const stranger of [other, guest]) {
      const { body } = await stranger.get(`/activities/?target_id=${id}&count=exact`).expect(200);
      expect(body).toMatchObject({ count: 0, results: [] });
    }
    await other.get(`/contacts/${id}/activities/`).expect(404);
    await other.get(`/contacts/${id}/timeline/`).expect(404);
    const viewer = await app.createCaller('viewer');
    expect(await readFeed(viewer, `/activities/?target_id=${id}`, 1)).toHaveLength(1);
  });

  test('is filtered by time under the names from and to, and refuses what it does not know', async () => {
    const rep = await app.createCaller('sales_rep');
    const id = await createContact(rep, 'Timely');
    await readFeed(rep, `/activities/?target_id=${id}`, 1);
    const past = encodeURIComponent(new Date(Date.now() - 60_000).toISOString());
    expect(await readFeed(rep, `/activities/?target_id=${id}&from=${past}`, 1)).toHaveLength(1);
    expect((await rep.get(`/activities/?target_id=${id}&to=${past}`).expect(200)).body.results).toEqual([]);
    for (const query of ['from=yesterday', 'actor=me', 'who=x', `from=${past}&created_at__gte=${past}`]) {
      expect((await rep.get(`/activities/?${query}`)).status).toBe(400);
    }
  });

  test('tells of a mention, and is filtered by its action under both names', async () => {
    const [rep, admin] = await Promise.all([app.createCaller('sales_rep'), app.createCaller('admin')]);
    const id = await createContact(rep, 'Mentioned');
    const target = { target_type: 'contact', target_id: id };
    const said = { ...target, content: 'Look', mentions: [admin.id] };
    const comment = (await rep.post('/comments/', said).expect(201)).body;
    await rep.post('/comments/', { ...target, content: 'Nobody' }).expect(201);
    await rep.patch(`/comments/${comment.id}/`, { content: 'Look again' }).expect(200);
    await readFeed(rep, `/activities/?target_id=${id}`, 4);
    for (const filter of ['action=mentioned', 'action_type=mentioned', 'action_type__in=mentioned,deleted']) {
      const feed = await readFeed(rep, `/activities/?target_id=${id}&${filter}`, 1);
      expect(feed).toMatchObject([
        {
          action: 'mentioned',
          metadata: { mentions: [admin.id] },
          description: 'sales_rep Tester mentioned somebody in a comment on the contact Ada Mentioned.',
        },
      ]);
    }
    const timeline = (await rep.get(`/contacts/${id}/timeline/`).expect(200)).body.results;
    expect(timeline.filter(({ action }: Line) => action === 'mentioned')).toEqual([]);
    for (const [query, field, valid] of [
      ['action=danced', 'action', /created.*mentioned/],
      ['action_type=danced', 'action', /created.*mentioned/],
      ['action__in=created,danced', 'action__in', /created.*mentioned/],
      ['target_type=user', 'target_type', /contact, company/],
    ] as const) {
      const { body } = await rep.get(`/activities/?${query}`).expect(400);
      expect(body.errors).toMatchObject([{ field, message: expect.stringMatching(valid) }]);
    }
    await rep.get('/activities/?action=created&action_type=created').expect(400);
  });

  test('of one’s own holds what one did, what one follows and what one’s team did', async () => {
    const [rep, other, colleague, admin] = await Promise.all([
      app.createCaller('sales_rep'),
      app.createCaller('sales_rep'),
      app.createCaller('sales_rep'),
      app.createCaller('admin'),
    ]);
    const team = await admin.post('/teams/', { name: `Team ${rep.id}`, shares_records: true }).expect(201);
    for (const { id } of [rep, colleague]) {
      await admin.post(`/teams/${team.body.id}/members/`, { user_id: id, is_manager: false });
    }
    const own = await createContact(rep, 'Own');
    const ofTeam = await createContact(colleague, 'Team');
    const foreign = await createContact(other, 'Foreign');
    const followed = await createContact(admin, 'Followed');
    await admin.patch(`/contacts/${followed}/`, { owner_id: rep.id }).expect(200);
    await rep.post('/follows/', { target_type: 'contact', target_id: followed }).expect(201);
    const feed = await readFeed(rep, '/activities/my-feed/', 4);
    const ids = new Set(feed.map((line) => line.target_id));
    expect(ids).toEqual(new Set([own, ofTeam, followed]));
    expect(ids).not.toContain(foreign);
  });
});

describe('a logged activity', () => {
  test('stands in feed and timeline and says when the contact was last contacted', async () => {
    const rep = await app.createCaller('sales_rep');
    const id = await createContact(rep, 'Called');
    const call = { target_type: 'contact', target_id: id, type: 'call', subject: 'Prices', duration_minutes: 12 };
    const happened_at = '2026-03-01T09:30:00Z';
    const logged = await rep.post('/activities/log/', { ...call, outcome: 'Interested', happened_at }).expect(201);
    expect(logged.body).toMatchObject({ ...call, action: 'logged', outcome: 'Interested', happened_at });
    expect(logged.body.description).toBe('sales_rep Tester logged a call with the contact Ada Called.');
    const contact = (await rep.get(`/contacts/${id}/`).expect(200)).body;
    expect(contact).toMatchObject({ last_contacted_at: happened_at, version: 2 });
    await rep.post('/activities/log/', { ...call, happened_at: '2026-02-01T09:30:00Z' }).expect(201);
    await rep.post('/activities/log/', { ...call, type: 'note' }).expect(201);
    expect((await rep.get(`/contacts/${id}/`)).body).toMatchObject({ last_contacted_at: happened_at, version: 2 });
    const timeline = (await rep.get(`/contacts/${id}/timeline/`).expect(200)).body.results;
    expect(timeline.filter((entry: { kind: string }) => entry.kind === 'logged')).toHaveLength(3);
  });

  test('is refused for a record that is not one’s own to change', async () => {
    const [rep, other, viewer] = await Promise.all([
      app.createCaller('sales_rep'),
      app.createCaller('sales_rep'),
      app.createCaller('viewer'),
    ]);
    const id = await createContact(rep, 'Guarded');
    const note = { target_type: 'contact', target_id: id, type: 'note', body: 'x' };
    const refused = await other.post('/activities/log/', note).expect(400);
    expect(refused.body.errors).toEqual([{ field: 'target_id', code: 'not_found', message: 'No such contact.' }]);
    expect((await viewer.post('/activities/log/', note).expect(403)).body.permission).toBe('edit_contacts');
    for (const wrong of [{ type: 'fax' }, { duration_minutes: -1 }, { happened_at: 'soon' }, { target_type: 'user' }]) {
      await rep.post('/activities/log/', { ...note, ...wrong }).expect(400);
    }
  });
});

test('what is yet to happen cannot be logged', async () => {
  const rep = await app.createCaller('sales_rep');
  const log = (minutes: number, id: string) =>
    rep.post('/activities/log/', {
      target_type: 'contact',
      target_id: id,
      type: 'call',
      happened_at: new Date(Date.now() + minutes * 60_000).toISOString(),
    });
  const id = await createContact(rep, 'Later');
  const { body } = await log(6, id).expect(400);
  expect(body.errors[0]).toMatchObject({ field: 'happened_at', code: 'in_future' });
  await log(4, id).expect(201);
});

describe('a timeline', () => {
  test('pages through events, logged activities and comments without gap or double', async () => {
    const rep = await app.createCaller('sales_rep');
    const id = await createContact(rep, 'Busy');
    for (let count = 0; count < 4; count += 1) {
      await rep.post('/comments/', { target_type: 'contact', target_id: id, content: `Comment ${count}` }).expect(201);
      await rep.post('/activities/log/', { target_type: 'contact', target_id: id, type: 'note', body: `${count}` });
    }
    await readFeed(rep, `/activities/?target_id=${id}&action=created`, 1);
    const seen: string[] = [];
    let path: string | null = `/contacts/${id}/timeline/?page_size=2`;
    while (path) {
      const { body }: { body: { results: { id: string }[]; next: string | null } } = await rep.get(path).expect(200);
      seen.push(...body.results.map((entry) => entry.id));
      path = body.next?.replace(/^.*\/api\/v1/, '') ?? null;
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen).size).toBe(9);
    await rep.get(`/contacts/${id}/timeline/?before=x`).expect(400);
  });
});
