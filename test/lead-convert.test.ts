import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const person = { first_name: 'Ada', last_name: 'Lovelace' };
const unique = () => randomUUID().slice(0, 8);
const createLead = async (more: object = {}, caller = rep) =>
  (await caller.post('/leads/', { ...person, ...more }).expect(201)).body;
const convert = (id: string, body: object = {}, caller = rep) => caller.post(`/leads/${id}/convert/`, body);
const count = async (table: string, where: string, value: unknown) => {
  const [row] = await app.system.database.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${table} WHERE ${where} = $1`,
    [value],
  );
  return row?.count;
};
const isoDay = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a converted lead', () => {
  test('becomes a contact at a company with a deal, and is linked to all of them', async () => {
    const company_name = `Engines ${unique()}`;
    const email = `${unique()}@convert.example`;
    const given = { company_name, email, phone: '+44 20 1', job_title: 'Analyst', notes: 'Likes sums.', tags: ['vip'] };
    const lead = await createLead({ ...given, lead_source: 'referral', estimated_value: 1234.56, currency: 'EUR' });
    const { body } = await convert(lead.id).expect(200);
    expect(body.contact).toMatchObject({
      ...person,
      email,
      phone: '+44 20 1',
      job_title: 'Analyst',
      notes: 'Likes sums.',
      tags: ['vip'],
      source: 'referral',
      company_name,
      owner_id: rep.id,
    });
    expect(body.company).toMatchObject({ name: company_name, owner_id: rep.id });
    expect(body.deal).toMatchObject({
      name: `${company_name} - Ada Lovelace`,
      amount: 1234.56,
      currency: 'EUR',
      stage: 'prospecting',
      status: 'open',
      contact_id: body.contact.id,
      contact_ids: [body.contact.id],
      company_id: body.company.id,
      owner_id: rep.id,
    });
    expect([isoDay(29), isoDay(30), isoDay(31)]).toContain(body.deal.expected_close_date);
    expect(body.lead).toMatchObject({
      id: lead.id,
      status: 'converted',
      converted_contact_id: body.contact.id,
      converted_contact_name: 'Ada Lovelace',
      converted_company_id: body.company.id,
      converted_deal_id: body.deal.id,
      converted_deal_name: body.deal.name,
      lead_score: lead.lead_score,
      version: 2,
    });
    expect(Date.parse(body.lead.converted_at)).toBeGreaterThan(Date.now() - 60_000);
    expect((await rep.get(`/leads/${lead.id}/`).expect(200)).body).toEqual(body.lead);
    expect((await rep.get(`/contacts/${body.contact.id}/`).expect(200)).body).toEqual(body.contact);
    const events = await app.system.database.query<{ event: string; changes: object; metadata: object }>(
      `SELECT event, changes, metadata FROM audit_logs WHERE resource_id = ANY($1) AND event <> 'lead.created'`,
      [[lead.id, body.contact.id, body.company.id, body.deal.id]],
    );
    expect(events.map(({ event }) => event).sort()).toEqual([
      'company.created',
      'contact.created',
      'deal.created',
      'lead.converted',
    ]);
    expect(events.find(({ event }) => event === 'lead.converted')).toMatchObject({
      changes: { status: ['new', 'converted'], converted_contact_id: [null, body.contact.id] },
      metadata: { contact_id: body.contact.id, company_id: body.company.id, deal_id: body.deal.id },
    });
  });

  test('makes a deal only when its value is known or one is asked for, in the pipeline and by the name given', async () => {
    const plain = await convert((await createLead()).id).expect(200);
    expect(plain.body).toMatchObject({ deal: null, company: null, lead: { converted_deal_id: null } });
    const refused = await convert((await createLead({ estimated_value: 5 })).id, { create_deal: false }).expect(200);
    expect(refused.body.deal).toBeNull();
    const { body: pipeline } = await admin.post('/pipelines/', { name: `Pipeline ${unique()}` }).expect(201);
    const asked = { create_deal: true, pipeline_id: pipeline.id, deal_name: 'By name' };
    const wanted = await convert((await createLead()).id, asked).expect(200);
    expect(wanted.body.deal).toMatchObject({ name: 'By name', pipeline_id: pipeline.id, amount: null });
    const alone = await convert((await createLead()).id, { create_deal: true }).expect(200);
    expect(alone.body.deal.name).toBe('Ada Lovelace');
    const lead = await createLead({ estimated_value: 5 });
    const { body } = await convert(lead.id, { pipeline_id: randomUUID(), company: `Undone ${lead.id}` }).expect(400);
    expect(body.errors[0].field).toBe('pipeline_id');
    expect((await rep.get(`/leads/${lead.id}/`)).body).toMatchObject({ status: 'new', version: 1 });
    expect(await count('companies', 'name', `Undone ${lead.id}`)).toBe(0);
    for (const [field, value] of Object.entries({ create_deal: 'yes', pipeline_id: 'x', deal_name: 5, amount: 5 })) {
      expect((await convert(lead.id, { [field]: value }).expect(400)).body.errors[0].field).toBe(field);
    }
  });

  test('takes the company and the contact that are there and that the caller may read', async () => {
    const { body: company } = await rep.post('/companies/', { name: `Known ${unique()}, Inc.` }).expect(201);
    const email = `${unique()}@known.example`;
    const { body: contact } = await rep
      .post('/contacts/', { first_name: 'A.', last_name: 'L.', email, company_id: company.id })
      .expect(201);
    const lead = await createLead({ email, company_name: 'Elsewhere' });
    const { body } = await convert(lead.id, { company: company.name.toUpperCase() }).expect(200);
    expect(body).toMatchObject({
      contact: { id: contact.id, first_name: 'A.', version: 1 },
      company: { id: company.id },
    });
    const again = await createLead({ email });
    const bare = await convert(again.id).expect(200);
    expect(bare.body).toMatchObject({ contact: { id: contact.id }, company: { id: company.id } });
    const other = await app.createCaller('sales_rep');
    const theirs = await createLead({ email, company_name: company.name }, other);
    const hidden = await convert(theirs.id, {}, other).expect(409);
    expect(hidden.body.code).toBe('duplicate');
    expect(hidden.body).not.toHaveProperty('existing_id');
    expect(hidden.text).not.toContain(contact.id);
    expect(hidden.body.detail).toMatch(/Ask its owner .* contact_id/);
    await other.patch(`/leads/${theirs.id}/`, { email: null }).expect(200);
    const own = await convert(theirs.id, {}, other).expect(200);
    expect(own.body.company.id).not.toBe(company.id);
  });

  test('becomes the contact that is named, whoever else has its address', async () => {
    const email = `${unique()}@held.example`;
    const { body: held } = await admin.post('/contacts/', { ...person, email }).expect(201);
    const lead = await createLead({ email, company_name: `Held ${unique()}` });
    const { body: mine } = await rep.post('/contacts/', { ...person, last_name: unique() }).expect(201);
    for (const contact_id of [held.id, randomUUID(), lead.id]) {
      const { body } = await convert(lead.id, { contact_id }).expect(400);
      expect(body.errors).toMatchObject([{ field: 'contact_id', code: 'not_found' }]);
    }
    expect((await convert(lead.id, { contact_id: 'x' }).expect(400)).body.errors[0].field).toBe('contact_id');
    expect((await rep.get(`/leads/${lead.id}/`)).body).toMatchObject({ status: 'new', version: 1 });
    expect(await count('companies', 'name', lead.company_name)).toBe(0);
    const { body } = await convert(lead.id, { contact_id: mine.id }).expect(200);
    expect(body).toMatchObject({
      contact: { id: mine.id, email: null, version: 1 },
      company: { name: lead.company_name },
      lead: { status: 'converted', converted_contact_id: mine.id },
    });
    const gone = await createLead();
    await admin.delete(`/contacts/${mine.id}/`).expect(204);
    expect((await convert(gone.id, { contact_id: mine.id }).expect(400)).body.errors[0].code).toBe('not_found');
  });

  test('is not held up by custom fields that its contact, company and deal require', async () => {
    const name = `needed_${unique()}`;
    const fields = [];
    for (const entity of ['contacts', 'companies', 'deals'])
      fields.push(await defineField(app, { entity, name, required: true }));
    const defaulted = await defineField(app, { entity: 'deals', name: `${name}_d`, required: true, default: 'x' });
    const lead = await createLead({ company_name: `Needy ${unique()}`, estimated_value: 5 });
    const { body } = await convert(lead.id).expect(200);
    for (const row of [body.contact, body.company]) expect(row.custom_fields).toEqual({});
    expect(body.deal.custom_fields).toEqual({ [defaulted.name]: 'x' });
    const company = `Free text ${unique()}`;
    const given = { ...person, last_name: unique(), company };
    const refused = await rep.post('/contacts/', given).expect(400);
    expect(refused.body.errors).toMatchObject([{ field: `custom_fields.${name}`, code: 'required' }]);
    const made = await rep.post('/contacts/', { ...given, custom_fields: { [name]: 'x' } }).expect(201);
    expect(made.body.company_name).toBe(company);
    await rep.patch(`/contacts/${body.contact.id}/`, { custom_fields: { [name]: null } }).expect(400);
    for (const { id } of [...fields, defaulted]) await admin.delete(`/custom-fields/${id}/`).expect(204);
  });

  test('carries its owner over, also when somebody converts it whom it is assigned to', async () => {
    const manager = await app.createCaller('manager');
    const lead = await createLead({ company_name: `Carried ${unique()}`, estimated_value: 1 }, manager);
    await admin.patch(`/leads/${lead.id}/`, { assigned_to_id: rep.id }).expect(200);
    const { body } = await convert(lead.id).expect(200);
    const holders = { owner_id: manager.id, created_by_id: rep.id };
    expect(body).toMatchObject({
      contact: { ...holders, assigned_to_id: rep.id },
      company: holders,
      deal: { ...holders, assigned_to_id: rep.id },
    });
  });

  test('hands on what was logged and said, and who follows it', async () => {
    const email = `${unique()}@moved.example`;
    const { body: contact } = await rep.post('/contacts/', { ...person, email }).expect(201);
    const lead = await createLead({ email });
    const target = { target_type: 'lead', target_id: lead.id };
    const viewer = await app.createCaller('viewer');
    const { body: comment } = await rep.post('/comments/', { ...target, content: 'First.' }).expect(201);
    await rep.post('/comments/', { ...target, content: 'Second.', parent_id: comment.id }).expect(201);
    const { body: call } = await rep.post('/activities/log/', { ...target, type: 'call' }).expect(201);
    for (const caller of [rep, viewer]) await caller.post(`/leads/${lead.id}/follow/`).expect(200);
    await rep.post(`/contacts/${contact.id}/follow/`).expect(200);
    await convert(lead.id).expect(200);
    const comments = await rep.get(`/contacts/${contact.id}/comments/?ordering=created_at`).expect(200);
    expect(comments.body.results.map(({ content }: { content: string }) => content)).toEqual(['First.', 'Second.']);
    const logged = await rep.get(`/contacts/${contact.id}/activities/?type=call`).expect(200);
    expect(logged.body.results).toMatchObject([{ id: call.id, target_type: 'contact', target_name: 'Ada Lovelace' }]);
    expect((await rep.get(`/leads/${lead.id}/comments/`).expect(200)).body.count).toBe(0);
    expect((await rep.get(`/leads/${lead.id}/activities/?type=call`).expect(200)).body.count).toBe(0);
    expect(await count('follows', 'target_id', contact.id)).toBe(2);
    expect(await count('follows', 'target_id', lead.id)).toBe(0);
    expect((await rep.get(`/leads/${lead.id}/`)).body.lead_score).toBe(20);
  });

  test('hands on what was planned, each with its event', async () => {
    const lead = await createLead();
    const { body: other } = await rep.post('/contacts/', { ...person, last_name: unique() }).expect(201);
    const plan = async (path: string, more: object) =>
      (await rep.post(path, { title: 'Planned', lead_id: lead.id, ...more }).expect(201)).body;
    const task = await plan('/tasks/', {});
    expect(task).toMatchObject({ lead_name: 'Ada Lovelace', related_to: 'Ada Lovelace' });
    const kept = await plan('/tasks/', { contact_id: other.id });
    const times = { start_at: '2027-01-04T10:00:00Z', end_at: '2027-01-04T11:00:00Z' };
    const event = await plan('/events/', times);
    const { body: reminder } = await rep
      .post('/reminders/', { target_type: 'lead', target_id: lead.id, remind_at: '2027-01-03T10:00:00Z' })
      .expect(201);
    const { body } = await convert(lead.id).expect(200);
    const moved = { lead_id: null, contact_id: body.contact.id, version: 2 };
    expect((await rep.get(`/tasks/${task.id}/`).expect(200)).body).toMatchObject(moved);
    expect((await rep.get(`/events/${event.id}/`).expect(200)).body).toMatchObject(moved);
    expect((await rep.get(`/tasks/${kept.id}/`)).body).toMatchObject({ lead_id: null, contact_id: other.id });
    expect((await rep.get(`/reminders/${reminder.id}/`)).body).toMatchObject({
      target_type: 'contact',
      target_id: body.contact.id,
    });
    const { body: history } = await rep.get(`/tasks/${task.id}/history/`).expect(200);
    expect(history.results[0].changes).toEqual({ lead_id: [lead.id, null], contact_id: [null, body.contact.id] });
    const stranger = await app.createCaller('sales_rep');
    const foreign = await stranger.post('/tasks/', { title: 'Not mine', lead_id: lead.id }).expect(400);
    expect(foreign.body.errors[0].field).toBe('lead_id');
  });

  test('does not go back into the funnel; it is read, commented on, logged on and deleted', async () => {
    const lead = await createLead({ email: `${unique()}@done.example` });
    const { body: first } = await convert(lead.id).expect(200);
    const path = `/leads/${lead.id}/`;
    for (const answer of [
      await rep.patch(path, { status: 'new' }),
      await rep.patch(path, { notes: 'x' }),
      await rep.put(path, person),
      await admin.post('/leads/bulk/', {
        operation: 'update',
        mode: 'partial',
        ids: [lead.id],
        changes: { status: 'lost' },
      }),
      await convert(lead.id),
    ]) {
      const problem = answer.body.results ? answer.body.results[0].error : answer.body;
      expect(problem).toMatchObject({
        status: 409,
        code: 'conflict',
        detail: 'This lead is converted: it has become the contact Ada Lovelace.',
        converted_contact_id: first.contact.id,
      });
    }
    const target = { target_type: 'lead', target_id: lead.id };
    await rep.post('/comments/', { ...target, content: 'Won!' }).expect(201);
    await rep.post('/activities/log/', { ...target, type: 'note', body: 'x' }).expect(201);
    expect((await rep.get(path)).body).toMatchObject({ lead_score: first.lead.lead_score, status: 'converted' });
    const { body: statistics } = await rep.get('/leads/statistics/').expect(200);
    expect(statistics.converted).toBe(
      await count('leads', `'${rep.id}' IN (owner_id, assigned_to_id, created_by_id) AND status`, 'converted'),
    );
    expect(statistics.conversion_rate).toBeGreaterThan(0);
    // A new lead may come from the same address.
    await createLead({ email: lead.email });
    await admin.delete(path).expect(204);
    await admin.post(`${path}restore/`).expect(200);
    await admin.delete(`/contacts/${first.contact.id}/`).expect(204);
    expect((await convert(lead.id).expect(409)).body.detail).toBe('This lead is converted: it has become a contact.');
  });
});

describe('who converts', () => {
  test('reaches the lead, and may change and create contacts, and create deals where one is made', async () => {
    const lead = await createLead({ estimated_value: 5 });
    const [other, viewer, guest] = [
      await app.createCaller('sales_rep'),
      await app.createCaller('viewer'),
      await app.createCaller('guest'),
    ];
    await convert(lead.id, {}, other).expect(404);
    await convert(randomUUID()).expect(404);
    expect((await convert(lead.id, {}, viewer).expect(403)).body.permission).toBe('edit_contacts');
    await convert(lead.id, {}, guest).expect(403);
    const limited = await app.createCaller('guest');
    const permissions = ['view_contacts', 'edit_contacts'];
    const { body: role } = await admin
      .post('/settings/roles/', { name: `mender_${unique()}`, display_name: 'Mender', level: 2, permissions })
      .expect(201);
    await admin.post('/settings/role-assignments/', { user_id: limited.id, role_id: role.id }).expect(201);
    await admin.patch(`/leads/${lead.id}/`, { assigned_to_id: limited.id }).expect(200);
    expect((await convert(lead.id, {}, limited).expect(403)).body.permission).toBe('create_contacts');
    await admin.patch(`/settings/roles/${role.id}/`, { permissions: [...permissions, 'create_contacts'] }).expect(200);
    expect((await convert(lead.id, {}, limited).expect(403)).body.permission).toBe('create_deals');
    const { body } = await convert(lead.id, { create_deal: false }, limited).expect(200);
    expect(body).toMatchObject({ deal: null, contact: { owner_id: rep.id, created_by_id: limited.id } });
  });

  test('at once with 19 others is the only one: one contact, one company, one deal', async () => {
    const company_name = `Parallel ${unique()}`;
    const lead = await createLead({ company_name, email: `${unique()}@race.example`, estimated_value: 10 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => convert(lead.id, {}, index % 2 ? rep : admin)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
    const { body: won } = answers.find(({ status }) => status === 200) as (typeof answers)[number];
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toMatchObject({ code: 'conflict', converted_contact_id: won.contact.id });
    }
    expect(await count('contacts', 'email', lead.email)).toBe(1);
    expect(await count('companies', 'name', company_name)).toBe(1);
    expect(await count('deals', 'contact_id', won.contact.id)).toBe(1);
    expect(await count('audit_logs', "event = 'lead.converted' AND resource_id", lead.id)).toBe(1);
  });

  test('two leads of one address at once makes one contact', async () => {
    const email = `${unique()}@twins.example`;
    const [first, second] = [await createLead({ email }), await createLead()];
    await app.system.database.query('UPDATE leads SET email = $2 WHERE id = $1', [second.id, email]);
    const answers = await Promise.all([convert(first.id), convert(second.id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body.contact.id).toBe(answers[1]?.body.contact.id);
  });

  test('while another edits it either comes first or finds it converted', async () => {
    for (let round = 0; round < 5; round += 1) {
      const lead = await createLead();
      const [converted, edited] = await Promise.all([
        convert(lead.id),
        rep.patch(`/leads/${lead.id}/`, { status: 'qualified' }),
      ]);
      expect(converted.status).toBe(200);
      expect([200, 409]).toContain(edited.status);
      expect((await rep.get(`/leads/${lead.id}/`)).body.status).toBe('converted');
    }
  });
});
