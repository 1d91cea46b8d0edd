import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());
afterEach(() => app.system.database.query('UPDATE lead_assignment_rules SET is_active = FALSE'));

const person = { first_name: 'Ada', last_name: 'Lovelace' };
const createLead = async (more: object = {}, caller = rep) =>
  (await caller.post('/leads/', { ...person, ...more }).expect(201)).body;
const createRule = async (rule: object, caller = admin) =>
  (await caller.post('/lead-assignment-rules/', { name: `Rule ${randomUUID()}`, ...rule }).expect(201)).body;
const toUser = (user: { id: string }) => ({ type: 'user', user_id: user.id });

async function createTeam(count: number): Promise<{ id: string; members: Caller[] }> {
  const { body } = await admin.post('/teams/', { name: `Team ${randomUUID()}` }).expect(201);
  const members: Caller[] = [];
  for (let made = 0; made < count; made += 1) {
    const member = await app.createCaller('sales_rep');
    await admin.post(`/teams/${body.id}/members/`, { user_id: member.id }).expect(200);
    members.push(member);
  }
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id: body.id, members };
}

describe('a rule', () => {
  test('gives a new lead that it matches to its user, with an event that names it', async () => {
    const other = await app.createCaller('sales_rep');
    const rule = await createRule({
      criteria: { lead_source: 'website', estimated_value__gte: 1000 },
      assign_to: toUser(other),
    });
    const lead = await createLead({ estimated_value: 1000 });
    expect(lead).toMatchObject({ assigned_to_id: other.id, assigned_to_name: 'sales_rep Tester', version: 1 });
    expect((await other.get(`/leads/${lead.id}/`).expect(200)).body.assigned_to_id).toBe(other.id);
    const events = await app.system.database.query(
      "SELECT changes, metadata FROM audit_logs WHERE event = 'lead.assigned' AND resource_id = $1",
      [lead.id],
    );
    expect(events).toEqual([
      {
        changes: { assigned_to_id: [null, other.id] },
        metadata: { rule_id: rule.id, rule_name: rule.name, assigned_to_id: other.id },
      },
    ]);
    expect((await createLead({ estimated_value: 999.99 })).assigned_to_id).toBeNull();
    expect((await createLead({ estimated_value: 5000, lead_source: 'event' })).assigned_to_id).toBeNull();
    expect((await createLead({ estimated_value: 5000, assigned_to_id: rep.id })).assigned_to_id).toBe(rep.id);
  });

  test('is tried by priority, and not when it is off, in the trash or about somebody suspended', async () => {
    const [first, second, third] = [
      await app.createCaller('sales_rep'),
      await app.createCaller('sales_rep'),
      await app.createCaller('sales_rep'),
    ];
    await createRule({ criteria: {}, assign_to: toUser(third), priority: 30 });
    const middle = await createRule({ criteria: { tags: 'vip' }, assign_to: toUser(second), priority: 20 });
    await createRule({ criteria: { temperature__in: 'cold,warm' }, assign_to: toUser(first), priority: 10 });
    expect((await createLead({ tags: ['vip'] })).assigned_to_id).toBe(first.id);
    await app.system.database.query('UPDATE users SET is_active = FALSE WHERE id = $1', [first.id]);
    expect((await createLead({ tags: ['vip'] })).assigned_to_id).toBe(second.id);
    await admin.patch(`/lead-assignment-rules/${middle.id}/`, { is_active: false }).expect(200);
    expect((await createLead({ tags: ['vip'] })).assigned_to_id).toBe(third.id);
    await admin.patch(`/lead-assignment-rules/${middle.id}/`, { is_active: true }).expect(200);
    await admin.delete(`/lead-assignment-rules/${middle.id}/`).expect(204);
    expect((await createLead({ tags: ['vip'] })).assigned_to_id).toBe(third.id);
  });

  test('whose criteria can no longer be read stands in nobody’s way', async () => {
    const other = await app.createCaller('sales_rep');
    const rules = [
      await createRule({ criteria: {}, assign_to: toUser(rep), priority: 1 }),
      await createRule({ criteria: {}, assign_to: toUser(rep), priority: 2 }),
    ];
    await createRule({ criteria: { status: 'new' }, assign_to: toUser(other), priority: 3 });
    for (const [index, criteria] of ['{"gone_since":"x"}', '{"created_at__gt":"0000-01-01"}'].entries()) {
      await app.system.database.query('UPDATE lead_assignment_rules SET criteria = $2 WHERE id = $1', [
        rules[index]?.id,
        criteria,
      ]);
    }
    expect((await createLead()).assigned_to_id).toBe(other.id);
    expect((await createLead({ status: 'contacted' })).assigned_to_id).toBeNull();
  });

  test.each([
    [{ criteria: { lead_sauce: 'website' } }, 'criteria.lead_sauce', /Did you mean lead_source/],
    [{ criteria: { lead_source: 'webbsite' } }, 'criteria.lead_source', /website/],
    [{ criteria: { estimated_value__contains: '1' } }, 'criteria.estimated_value__contains', /contains/],
    [{ criteria: { estimated_value__gte: 'much' } }, 'criteria.estimated_value__gte', /number/],
    [{ criteria: { owner_id: 'me' } }, 'criteria.owner_id', /UUID/],
    [{ criteria: { 'id = id OR 1': 1 } }, 'criteria.id = id OR 1', /no filter/],
    [{ criteria: { created_at__gt: '0000-01-01' } }, 'criteria.created_at__gt', /fit/],
    [{ criteria: [] }, 'criteria', /object/],
    [{ criteria: { status: { ne: 'new' } } }, 'criteria.status', /kind/],
    [{ criteria: { status: '' } }, 'criteria.status', /value/],
    [{ assign_to: { type: 'user', user_id: randomUUID() } }, 'assign_to.user_id', /No such active user/],
    [{ assign_to: { type: 'round_robin', team_id: randomUUID() } }, 'assign_to.team_id', /No such team/],
    [{ assign_to: { type: 'round_robin', user_id: randomUUID() } }, 'assign_to.team_id', /required/],
    [{ assign_to: { type: 'nobody' } }, 'assign_to.type', /./],
    [{ assign_to: 'me' }, 'assign_to', /object/],
    [{ priority: -1 }, 'priority', /0 or more/],
    [{ last_user_id: randomUUID() }, 'last_user_id', /Unknown/],
    [{ name: ' ' }, 'name', /required/],
  ])('%j is refused', async (more, field, message) => {
    const rule = { name: `Rule ${randomUUID()}`, criteria: {}, assign_to: toUser(rep), ...more };
    const { body } = await admin.post('/lead-assignment-rules/', rule).expect(400);
    expect(body.errors[0]).toMatchObject({ field, message: expect.stringMatching(message) });
    const { count } = (await admin.get(`/lead-assignment-rules/?name=${encodeURIComponent(rule.name)}`)).body;
    if (rule.name.trim()) expect(count).toBe(0);
    const kept = await createRule({ criteria: {}, assign_to: toUser(rep), is_active: false });
    await admin.patch(`/lead-assignment-rules/${kept.id}/`, more).expect(400);
  });

  test('is seen by who sees leads and written by who manages the settings', async () => {
    const [viewer, guest, manager] = [
      await app.createCaller('viewer'),
      await app.createCaller('guest'),
      await app.createCaller('manager'),
    ];
    const rule = await createRule({ criteria: {}, assign_to: toUser(rep), is_active: false }, manager);
    const path = `/lead-assignment-rules/${rule.id}/`;
    for (const reader of [rep, viewer]) {
      await reader.get(path).expect(200);
      for (const answer of [
        await reader.post('/lead-assignment-rules/', { name: 'Mine', criteria: {}, assign_to: toUser(rep) }),
        await reader.patch(path, { is_active: true }),
        await reader.delete(path),
      ]) {
        expect([answer.status, answer.body.permission]).toEqual([403, 'manage_settings']);
      }
    }
    await guest.get(path).expect(403);
    expect((await admin.get(path)).body).toMatchObject({ is_active: false, version: 1 });
    expect((await admin.get(`/lead-assignment-rules/${randomUUID()}/`).expect(404)).body.detail).toBe(
      'No such lead assignment rule.',
    );
  });
});

describe('a round robin', () => {
  const countByMember = async (team: { members: Caller[] }) => {
    const rows = await app.system.database.query<{ id: string; count: number }>(
      'SELECT assigned_to_id AS id, count(*) AS count FROM leads WHERE assigned_to_id = ANY($1) GROUP BY 1',
      [team.members.map(({ id }) => id)],
    );
    return team.members.map(({ id }) => rows.find((row) => row.id === id)?.count ?? 0);
  };

  test('gives 50 leads made at once to 5 members ten each', async () => {
    const team = await createTeam(5);
    await createRule({ criteria: {}, assign_to: { type: 'round_robin', team_id: team.id } });
    const answers = await Promise.all(Array.from({ length: 50 }, () => rep.post('/leads/', person)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    expect(await countByMember(team)).toEqual([10, 10, 10, 10, 10]);
  });

  test('goes by id, skips the suspended and those who left, and takes no turn for what was undone', async () => {
    const team = await createTeam(4);
    const [a, b, c, d] = team.members as [Caller, Caller, Caller, Caller];
    await createRule({ criteria: {}, assign_to: { type: 'round_robin', team_id: team.id } });
    const next = async () => (await createLead()).assigned_to_id;
    expect(await next()).toBe(a.id);
    await app.system.database.query('UPDATE users SET is_active = FALSE WHERE id = $1', [b.id]);
    await rep
      .post('/leads/bulk/', { operation: 'create', items: [person, person, { ...person, email: 'x' }] })
      .expect(400);
    expect(await next()).toBe(c.id);
    await admin.delete(`/teams/${team.id}/members/${d.id}/`).expect(204);
    expect(await next()).toBe(a.id);
    await app.system.database.query('UPDATE users SET is_active = TRUE WHERE id = $1', [b.id]);
    expect(await next()).toBe(b.id);
    await app.system.database.query('UPDATE users SET is_active = FALSE WHERE id = ANY($1)', [[a.id, b.id, c.id]]);
    expect(await next()).toBeNull();
  });

  test('is fair to leads that come in bulk at once and meet several rules in any order', async () => {
    const [vip, rest] = [await createTeam(2), await createTeam(3)];
    await createRule({ criteria: { tags: 'vip' }, assign_to: { type: 'round_robin', team_id: vip.id }, priority: 1 });
    await createRule({ criteria: {}, assign_to: { type: 'round_robin', team_id: rest.id }, priority: 2 });
    const items = Array.from({ length: 12 }, (_, index) => ({ ...person, tags: index % 2 ? ['vip'] : [] }));
    const answers = await Promise.all(
      [items, [...items].reverse(), items, [...items].reverse()].map((each) =>
        rep.post('/leads/bulk/', { operation: 'create', items: each }),
      ),
    );
    expect(answers.map(({ body }) => [body.succeeded, body.failed])).toEqual(Array(4).fill([12, 0]));
    expect(await countByMember(vip)).toEqual([12, 12]);
    expect(await countByMember(rest)).toEqual([8, 8, 8]);
    const { body } = await rep.get(`/leads/${answers[0]?.body.results[0].id}/`).expect(200);
    expect(body).toMatchObject({ lead_score: 15, version: 1 });
  });
});
