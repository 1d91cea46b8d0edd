import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';
import { eventually } from './support/eventually.ts';

let app: TestApp;
let admin: Caller;
let manager: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
  rep = await app.createCaller('sales_rep');
  for (const name of ['x', 'y']) await defineField(app, { entity: 'contacts', name, field_type: 'integer' });
});
afterAll(() => app.close());

const make = async (path: string, body: object, caller = manager) => (await caller.post(path, body).expect(201)).body;
const makeContact = (more: object = {}, caller = manager) =>
  make('/contacts/', { first_name: 'Ada', last_name: `Byron ${randomUUID()}`, ...more }, caller);
const makeCompany = (more: object = {}, caller = manager) =>
  make('/companies/', { name: `Firm ${randomUUID()}`, ...more }, caller);
const email = () => `${randomUUID()}@merge.example`;
const merge = (id: string, source_ids: string[], fields: object = {}, caller = manager) =>
  caller.post(`/contacts/${id}/merge/`, { source_ids, fields });
const historyOf = async (noun: string, id: string) =>
  (await manager.get(`/${noun}/${id}/history/`)).body.results.map(({ action }: { action: string }) => action);

const TABLES =
  'contacts companies activities comments follows contact_group_members contact_groups deals tasks events reminders leads deal_contacts'.split(
    ' ',
  );

/** Every row that a merge may touch, but for what tells of the change itself. */
async function readWorld(): Promise<Record<string, unknown[]>> {
  const world: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const rows = await app.system.database.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) - 'version' - 'updated_at' AS row FROM ${table} t ORDER BY 1`,
    );
    world[table] = rows.map(({ row }) => row);
  }
  return world;
}

/** Lines of the feed are written a moment after what they tell of. */
async function settle(): Promise<void> {
  await eventually(
    () => app.system.database.query('SELECT 1 FROM audit_logs WHERE dispatched_at IS NULL LIMIT 1'),
    (waiting) => waiting.length === 0,
    5000,
  );
}

const isMergeLine = (row: unknown) =>
  ['merged', 'unmerged', 'deleted', 'restored'].includes(String((row as { action?: string }).action));

const HOUR = { start_at: '2030-01-02T03:00:00Z', end_at: '2030-01-02T04:00:00Z' };

/** A contact with something of every kind that names it. */
async function makeKnown(more: object = {}) {
  const contact = await makeContact(more);
  const about = { target_type: 'contact', target_id: contact.id };
  await make('/comments/', { ...about, content: 'Met her at the fair.' });
  await make('/activities/log/', { ...about, type: 'call', subject: 'Hello', happened_at: '2026-01-02T03:04:05Z' });
  await make('/deals/', { name: 'A deal', contact_ids: [contact.id] });
  await make('/tasks/', { title: 'Call her', contact_id: contact.id });
  await make('/events/', { ...HOUR, title: 'Meet her', contact_id: contact.id });
  await make('/reminders/', { ...about, title: 'Think of her', remind_at: '2030-01-02T03:04:05Z' });
  await manager.post(`/contacts/${contact.id}/follow/`).expect(200);
  await rep.post(`/contacts/${contact.id}/follow/`);
  return contact;
}

describe('a merge of contacts', () => {
  test('fills what the target lacks, unites lists and moves what names the sources', async () => {
    const firm = await makeCompany();
    const target = await makeContact({ tags: ['a'], city: 'Rome', custom_fields: { x: 1 } });
    const [mail, second] = [email(), email()];
    const source = await makeKnown({
      email: mail,
      emails: [{ value: second }],
      tags: ['a', 'b'],
      city: 'Bonn',
      job_title: 'CTO',
      phone: '+49 30 123456',
      company_id: firm.id,
      custom_fields: { x: 2, y: 3 },
    });
    const other = await makeContact({ email: email(), phone: '+49 30 999999', city: 'Ulm' });
    await settle();
    const { body } = await merge(target.id, [source.id, other.id]).expect(200);
    expect(body).toMatchObject({
      is_preview: false,
      target: {
        id: target.id,
        city: 'Rome',
        job_title: 'CTO',
        email: mail,
        phone: '+49 30 123456',
        company_id: firm.id,
        company_name: firm.name,
        tags: ['a', 'b'],
        custom_fields: { x: 1, y: 3 },
        last_contacted_at: '2026-01-02T03:04:05Z',
        version: 2,
      },
      sources: [
        { id: source.id, name: source.full_name },
        { id: other.id, name: other.full_name },
      ],
      moved: {
        'comments.target_id': 1,
        'deal_contacts.contact_id': 1,
        'deals.contact_id': 1,
        'events.contact_id': 1,
        'follows.target_id': 1,
        'reminders.target_id': 1,
        'tasks.contact_id': 1,
      },
    });
    expect(body.moved['activities.target_id']).toBeGreaterThanOrEqual(3);
    expect(body.target.emails.map(({ value }: { value: string }) => value)).toEqual([second, other.email]);
    expect(body.target.phones.map(({ value }: { value: string }) => value)).toEqual(['+49 30 999999']);
    expect((await manager.get(`/comments/?target_id=${target.id}`)).body.count).toBe(1);
    expect((await manager.get(`/contacts/${target.id}/activities/?type=call`)).body.count).toBe(1);
    expect((await manager.get(`/contacts/?company_id=${firm.id}`)).body.count).toBe(1);
    const deals = (await manager.get(`/deals/?contact_id=${target.id}`).expect(200)).body;
    expect(deals.results).toEqual([
      expect.objectContaining({ contact_ids: [target.id], contact_name: target.full_name }),
    ]);
    expect((await manager.get(`/tasks/?contact_id=${target.id}`)).body.count).toBe(1);
    for (const gone of [source, other]) {
      const read = await manager.get(`/contacts/${gone.id}/`).expect(404);
      expect(read.body).toMatchObject({ code: 'not_found', merged_into: target.id });
      expect(await historyOf('contacts', gone.id)).toContain('deleted');
    }
    expect(await historyOf('contacts', target.id)).toEqual(['merged', 'created']);
    const [entry] = (await manager.get(`/contacts/${target.id}/history/`)).body.results;
    expect(entry.changes.job_title).toEqual([null, 'CTO']);
    const merges = await manager.get(`/contacts/${target.id}/merges/`).expect(200);
    expect(merges.body.results).toEqual([
      expect.objectContaining({ id: body.merge_id, undone_at: null, moved: body.moved }),
    ]);
  });

  test('moves what names a source in a custom field, and back', async () => {
    const relation = { field_type: 'relation', options: { entity: 'companies' } };
    await defineField(app, { entity: 'contacts', name: 'former_employer', ...relation });
    await defineField(app, { entity: 'contacts', name: 'sole_agency', unique: true, ...relation });
    const [target, source, other] = [await makeCompany(), await makeCompany(), await makeCompany()];
    const name = (former: { id: string }, sole: { id: string }) =>
      makeContact({ custom_fields: { former_employer: former.id, sole_agency: sole.id } });
    const people = [await name(source, source), await name(other, other)];
    const source_ids = [source.id, other.id];
    const named = async () => {
      const rows = await Promise.all(people.map(({ id }) => manager.get(`/contacts/${id}/`).expect(200)));
      return rows.map(({ body }) => [body.custom_fields.former_employer, body.custom_fields.sole_agency]);
    };
    const before = await named();
    const { body } = await manager.post(`/companies/${target.id}/merge/`, { source_ids }).expect(200);
    const counts = { 'contacts.custom_fields.former_employer': 2, 'contacts.custom_fields.sole_agency': 1 };
    expect(body.moved).toMatchObject(counts);
    const moved = await named();
    expect(moved.map(([former]) => former)).toEqual([target.id, target.id]);
    expect(moved.map(([, sole]) => sole)).toEqual([target.id, other.id]);
    const undone = await manager.post(`/companies/${target.id}/unmerge/`, {}).expect(200);
    expect(undone.body.moved_back).toMatchObject(counts);
    expect(await named()).toEqual(before);
  });

  test('takes the fields that were chosen from the rows that were chosen', async () => {
    const target = await makeContact({ email: email(), city: 'Rome', tags: ['a'] });
    const source = await makeContact({ email: email(), city: 'Bonn', tags: ['b'] });
    const fields = { email: source.id, city: source.id, tags: source.id, job_title: target.id };
    const { body } = await merge(target.id, [source.id], fields).expect(200);
    expect(body.target).toMatchObject({ email: source.email, city: 'Bonn', tags: ['b'] });
    expect(body.target.emails).toEqual([{ value: target.email, type: 'other', is_primary: false }]);
    expect(body.changed_fields.sort()).toEqual(['city', 'email', 'emails', 'tags']);
  });

  test('keeps the wish of any of them for no e-mail, unless the field is chosen', async () => {
    const [target, plain] = [await makeContact(), await makeContact()];
    const silent = await makeContact({ do_not_email: true });
    const wished = await merge(target.id, [plain.id, silent.id]).expect(200);
    expect(wished.body).toMatchObject({ changed_fields: ['do_not_email'], target: { do_not_email: true } });
    const { body } = await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
    expect(body).toMatchObject({ target: { do_not_email: false }, kept_fields: [] });
    const chosen = await merge(target.id, [plain.id, silent.id], { do_not_email: target.id }).expect(200);
    expect(chosen.body).toMatchObject({ changed_fields: [], target: { do_not_email: false } });
    const other = await makeContact({ do_not_email: true });
    expect((await merge(other.id, [target.id]).expect(200)).body.target.do_not_email).toBe(true);
  });

  test('is told beforehand, and nothing is changed by that', async () => {
    const target = await makeContact();
    const source = await makeKnown({ email: email(), tags: ['x'] });
    await settle();
    const before = await readWorld();
    const { body } = await manager
      .post(`/contacts/${target.id}/merge/?preview=true`, { source_ids: [source.id] })
      .expect(200);
    expect(body).toMatchObject({
      merge_id: null,
      is_preview: true,
      target: { email: source.email, tags: ['x'] },
      moved: { 'comments.target_id': 1 },
    });
    await settle();
    expect(await readWorld()).toEqual(before);
    expect((await manager.get(`/contacts/${target.id}/`)).body).toEqual(target);
    expect((await manager.get(`/contacts/${target.id}/merges/`)).body.results).toEqual([]);
    const done = await merge(target.id, [source.id]).expect(200);
    expect({ ...done.body.target, updated_at: '' }).toEqual({ ...body.target, updated_at: '' });
    expect(done.body.moved).toEqual(body.moved);
  });

  test('leaves at a source what the target has already', async () => {
    const [target, source, another] = [await makeContact(), await makeContact(), await makeContact()];
    for (const { id } of [target, source, another]) await manager.post(`/contacts/${id}/follow/`).expect(200);
    for (const { id } of [source, another]) await admin.post(`/contacts/${id}/follow/`).expect(200);
    const { body } = await merge(target.id, [source.id, another.id]).expect(200);
    expect(body.moved['follows.target_id']).toBe(1);
    for (const caller of [manager, admin]) {
      expect((await caller.get(`/follows/?target_id=${target.id}`)).body.count).toBe(1);
    }
    await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
    expect((await admin.get(`/follows/?target_id=${target.id}`)).body.count).toBe(0);
  });
});

describe('a merge that cannot be', () => {
  test('names what is wrong', async () => {
    const [target, source] = [await makeContact(), await makeContact()];
    const gone = await makeContact();
    await manager.delete(`/contacts/${gone.id}/`).expect(204);
    const faults: [object, string][] = [
      [{}, 'source_ids'],
      [{ source_ids: [] }, 'source_ids'],
      [{ source_ids: [target.id] }, 'source_ids.0'],
      [{ source_ids: [source.id, source.id] }, 'source_ids'],
      [{ source_ids: [source.id, randomUUID()] }, 'source_ids.1'],
      [{ source_ids: [gone.id] }, 'source_ids.0'],
      [{ source_ids: Array.from({ length: 21 }, () => randomUUID()) }, 'source_ids'],
      [{ source_ids: ['x'] }, 'source_ids.0'],
      [{ source_ids: [source.id], fields: { citty: source.id } }, 'fields.citty'],
      [{ source_ids: [source.id], fields: { id: source.id } }, 'fields.id'],
      [{ source_ids: [source.id], fields: { city: gone.id } }, 'fields.city'],
      [{ source_ids: [source.id], more: 1 }, 'more'],
    ];
    for (const [body, field] of faults) {
      const answer = await manager.post(`/contacts/${target.id}/merge/`, body).expect(400);
      expect([body, answer.body.errors[0].field]).toEqual([body, field]);
    }
    await merge(gone.id, [source.id]).expect(404);
    await merge(randomUUID(), [source.id]).expect(404);
    expect((await manager.get(`/contacts/${source.id}/`)).body.version).toBe(1);
  });

  test('is refused to who may not change and delete all of the rows', async () => {
    const [target, source] = [await makeContact({}, rep), await makeContact({}, rep)];
    await merge(target.id, [source.id], {}, rep).expect(403);
    await merge(target.id, [source.id], {}, await app.createCaller('viewer')).expect(403);
    await app.anonymous.post(`/api/v1/contacts/${target.id}/merge/`).expect(401);
    // Managers reach every row only as long as there are no teams.
    const team = (await admin.post('/teams/', { name: `Team ${randomUUID()}` }).expect(201)).body;
    try {
      const own = await makeContact();
      const { body } = await merge(own.id, [target.id]).expect(400);
      expect(body.errors[0]).toMatchObject({ field: 'source_ids.0', code: 'not_found' });
      await merge(target.id, [own.id]).expect(404);
      await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(404);
      await manager.get(`/contacts/${target.id}/merges/`).expect(404);
    } finally {
      await admin.delete(`/teams/${team.id}/`).expect(204);
    }
  });

  test('because another one was faster is a conflict, whichever way it goes', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [a, b, c] = [await makeContact(), await makeContact(), await makeContact()];
      const answers = await Promise.all([
        merge(a.id, [b.id]),
        merge(round % 2 ? c.id : b.id, round % 2 ? [b.id] : [a.id]),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });
});

describe('a merge taken back', () => {
  test('leaves every row as it was before', async () => {
    const firm = await makeCompany();
    const target = await makeKnown({ email: email(), tags: ['t'], city: 'Rome' });
    const sources = [
      await makeKnown({ email: email(), tags: ['s'], company_id: firm.id, phones: [{ value: '+49 1 234567' }] }),
      await makeKnown({ email: email(), custom_fields: { y: 1 } }),
    ];
    const group = await make('/contact-groups/', { name: 'Kept' });
    const contact_ids = sources.map(({ id }) => id);
    await manager.post(`/contact-groups/${group.id}/members/`, { contact_ids }).expect(200);
    await settle();
    const before = await readWorld();
    const { body } = await merge(target.id, contact_ids, { email: contact_ids[1] }).expect(200);
    expect(body.moved['contact_group_members.contact_id']).toBe(1);
    await settle();
    expect(await readWorld()).not.toEqual(before);
    const undone = await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
    expect(undone.body).toMatchObject({ merge_id: body.merge_id, kept_fields: [], moved_back: body.moved });
    expect(undone.body.restored.map(({ id }: { id: string }) => id)).toEqual(contact_ids);
    await settle();
    const after = await readWorld();
    after.activities = (after.activities ?? []).filter((row) => !isMergeLine(row));
    expect(after).toEqual({ ...before, activities: before.activities?.filter((row) => !isMergeLine(row)) });
    expect(await historyOf('contacts', target.id)).toEqual(['unmerged', 'merged', 'created']);
    await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(409);
    await manager.post(`/contacts/${target.id}/unmerge/`, { merge_id: body.merge_id }).expect(409);
    await merge(target.id, contact_ids).expect(200);
  });

  test('keeps what was changed since and names it, and leaves what has moved on', async () => {
    const target = await makeContact();
    const source = await makeContact({ city: 'Bonn', job_title: 'CTO' });
    const firm = await makeCompany();
    const [left, right] = [await makeCompany(), await makeCompany({ domain: `${randomUUID()}.example` })];
    const employee = await makeContact({ company_id: right.id });
    const companies = await manager.post(`/companies/${left.id}/merge/`, { source_ids: [right.id] }).expect(200);
    expect(companies.body).toMatchObject({ moved: { 'contacts.company_id': 1 }, target: { domain: right.domain } });
    await manager.patch(`/contacts/${employee.id}/`, { company_id: firm.id }).expect(200);
    const back = await manager.post(`/companies/${left.id}/unmerge/`, {}).expect(200);
    expect(back.body).toMatchObject({ moved_back: { 'contacts.company_id': 0 }, target: { domain: null } });
    expect((await manager.get(`/contacts/${employee.id}/`)).body.company_id).toBe(firm.id);
    expect((await manager.get(`/companies/${right.id}/`)).body.domain).toBe(right.domain);

    await merge(target.id, [source.id]).expect(200);
    await manager.patch(`/contacts/${target.id}/`, { city: 'Ulm' }).expect(200);
    const { body } = await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
    expect(body).toMatchObject({ kept_fields: ['city'], target: { city: 'Ulm', job_title: null } });
  });

  test('is not possible where what is unique was taken, or a source is gone', async () => {
    const target = await makeContact();
    const source = await makeContact({ email: email() });
    await merge(target.id, [source.id]).expect(200);
    await manager.post(`/contacts/${source.id}/restore/`).expect(409);
    await manager.patch(`/contacts/${target.id}/`, { email: null }).expect(200);
    const thief = await makeContact({ email: source.email });
    expect((await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(409)).body.code).toBe('duplicate');
    await manager.patch(`/contacts/${thief.id}/`, { email: null }).expect(200);
    const { body } = await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
    expect(body).toMatchObject({ kept_fields: ['email'] });
    await merge(target.id, [source.id]).expect(200);
    await admin.delete(`/contacts/${source.id}/?permanent=true`).expect(204);
    await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(409);
  });

  test('many times at once is taken back once; one is told from another by its id', async () => {
    const target = await makeContact();
    const [first, second] = [await makeContact(), await makeContact()];
    const one = (await merge(target.id, [first.id]).expect(200)).body.merge_id;
    await merge(target.id, [second.id]).expect(200);
    const undo = (body: object) => manager.post(`/contacts/${target.id}/unmerge/`, body);
    const answers = await Promise.all([undo({ merge_id: one }), undo({ merge_id: one }), undo({ merge_id: one })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await manager.get(`/contacts/${first.id}/`).expect(200);
    await manager.get(`/contacts/${second.id}/`).expect(404);
    await undo({ merge_id: randomUUID() }).expect(404);
    await undo({ merge_id: 'x' }).expect(400);
    await manager.post(`/contacts/${first.id}/unmerge/`, {}).expect(409);
  });
});

test('the lead that a merged contact was made of names the target, and the contact again once that is taken back', async () => {
  const lead = await make('/leads/', { first_name: 'Ida', last_name: `Rhodes ${randomUUID()}`, email: email() });
  const { body } = await manager.post(`/leads/${lead.id}/convert/`, {}).expect(200);
  const target = await makeContact();
  const convertedTo = async () => (await manager.get(`/leads/${lead.id}/`)).body.converted_contact_id;
  const merged = await merge(target.id, [body.contact.id]).expect(200);
  expect(merged.body.moved['leads.converted_contact_id']).toBe(1);
  expect(await convertedTo()).toBe(target.id);
  await manager.post(`/contacts/${target.id}/unmerge/`, {}).expect(200);
  expect(await convertedTo()).toBe(body.contact.id);
});

test('where a merged contact went is told along the whole way, to who may read its end', async () => {
  const [a, b, c] = [await makeContact({}, rep), await makeContact({}, rep), await makeContact()];
  await merge(b.id, [a.id]).expect(200);
  expect((await rep.get(`/contacts/${a.id}/`).expect(404)).body.merged_into).toBe(b.id);
  await merge(c.id, [b.id]).expect(200);
  expect((await manager.get(`/contacts/${a.id}/`).expect(404)).body.merged_into).toBe(c.id);
  const theirs = await rep.get(`/contacts/${a.id}/`).expect(404);
  expect(theirs.text).not.toContain(c.id);
  await manager.post(`/contacts/${b.id}/unmerge/`, {}).expect(404);
});

describe('a merge of companies', () => {
  const up = async (id: string) => (await manager.get(`/companies/${id}/`).expect(200)).body.parent_id;

  test('moves children and contacts and makes no ring', async () => {
    const top = await makeCompany();
    const source = await makeCompany({ parent_id: top.id, annual_revenue: 5, currency: 'EUR' });
    const child = await makeCompany({ parent_id: source.id });
    const target = await makeCompany({ parent_id: source.id });
    await settle();
    const before = await readWorld();
    const { body } = await manager.post(`/companies/${target.id}/merge/`, { source_ids: [source.id] }).expect(200);
    expect(body.target).toMatchObject({ parent_id: top.id, annual_revenue: 5, currency: 'EUR' });
    expect(await up(child.id)).toBe(target.id);
    await manager.post(`/companies/${target.id}/unmerge/`, {}).expect(200);
    const after = await readWorld();
    expect(after.companies).toEqual(before.companies);

    // The target stands below a child of the source, which then stands below the target.
    const middle = await makeCompany({ parent_id: source.id });
    const bottom = await makeCompany({ parent_id: middle.id });
    const ring = await manager.post(`/companies/${bottom.id}/merge/`, { source_ids: [source.id] }).expect(200);
    expect(ring.body.target.parent_id).toBeNull();
    expect(await up(middle.id)).toBe(bottom.id);
    await manager.post(`/companies/${bottom.id}/unmerge/`, {}).expect(200);
    expect(await up(bottom.id)).toBe(middle.id);
    const chosen = { source_ids: [source.id], fields: { parent_id: bottom.id } };
    const refused = await manager.post(`/companies/${bottom.id}/merge/`, chosen).expect(400);
    expect(refused.body.errors[0]).toMatchObject({ field: 'fields.parent_id', code: 'cycle' });
  });
});
