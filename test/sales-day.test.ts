import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';
import type { DealRow } from './support/deals.ts';

/** A day of a sales team, told in order: each test goes on where the one before it ended. */
let app: TestApp;
let admin: Caller;
let manager: Caller;
let reps: Caller[];
let team: Caller[];
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
  reps = await Promise.all(['Anna', 'Ben', 'Cleo'].map(() => app.createCaller('sales_rep')));
  team = [manager, ...reps];
  const sales = await make(admin, '/teams/', { name: 'Sales' });
  for (const member of team) {
    const membership = { user_id: member.id, is_manager: member === manager };
    await admin.post(`/teams/${sales.id}/members/`, membership).expect(200);
  }
  const assign_to = { type: 'round_robin', team_id: sales.id };
  await make(admin, '/lead-assignment-rules/', { name: 'In turn', assign_to });
  await defineField(app, { entity: 'contacts', name: 'budget', field_type: 'integer', is_filterable: true });
});
afterAll(() => app.close());

type Row = { id: string; [field: string]: unknown };

const make = async (caller: Caller, path: string, body: object): Promise<Row> =>
  (await caller.post(path, body).expect(201)).body;
const act = async (caller: Caller, path: string, body: object = {}) => (await caller.post(path, body).expect(200)).body;
const read = async (caller: Caller, path: string) => (await caller.get(path).expect(200)).body;
const leadsOf = async (rep: Caller): Promise<Row[]> =>
  (await read(rep, `/leads/?assigned_to_id=${rep.id}&status=new&ordering=email&page_size=100`)).results;
const dealsOf = async (rep: Caller): Promise<DealRow[]> =>
  (await read(rep, `/deals/?assigned_to_id=${rep.id}&ordering=amount&page_size=100`)).results;
const query = (text: string) => app.system.database.query<Record<string, unknown>>(text);

describe('a day of a sales team', () => {
  test('begins with 40 leads of a fair, scored and given out in turn', async () => {
    const sources = ['website', 'referral', 'event', 'cold_call'];
    const items = Array.from({ length: 40 }, (_, n) => ({
      first_name: 'Guest',
      last_name: `Number ${n}`,
      email: `guest${String(n).padStart(2, '0')}@fair.example`,
      lead_source: sources[Math.floor(n / 4) % 4],
      ...(n % 3 ? { company_name: `Stand ${n % 8}`, job_title: n % 2 ? 'Buyer' : 'CEO' } : {}),
      ...(n % 5 ? { estimated_value: 100 * n + 0.1, currency: n % 7 ? 'USD' : 'EUR' } : {}),
      priority: n % 9 ? 'medium' : 'urgent',
    }));
    const { succeeded, failed } = await act(manager, '/leads/bulk/', { operation: 'create', items });
    expect({ succeeded, failed }).toEqual({ succeeded: 40, failed: 0 });
    for (const member of team) expect(await leadsOf(member)).toHaveLength(10);
    const [coldest] = (await read(manager, '/leads/?ordering=lead_score')).results;
    const [hottest] = (await read(manager, '/leads/?ordering=-lead_score')).results;
    expect(coldest).toMatchObject({ lead_source: 'cold_call' });
    expect(hottest.lead_score).toBeGreaterThan(coldest.lead_score);
  });

  test('goes on with calls, after which some of them are contacts, with a deal or without', async () => {
    for (const rep of reps) {
      const [first, second, third, fourth, fifth, lost] = (await leadsOf(rep)) as [Row, Row, Row, Row, Row, Row];
      const call = { type: 'call', subject: 'After the fair', outcome: 'Interested' };
      await make(rep, '/activities/log/', { target_type: 'lead', target_id: first.id, ...call });
      const called = await read(rep, `/leads/${first.id}/`);
      expect(called.lead_score).toBe((first.lead_score as number) + 2);
      for (const { id } of [first, second, third]) {
        const { deal } = await act(rep, `/leads/${id}/convert/`, { create_deal: true });
        expect(deal).toMatchObject({ status: 'open', assigned_to_id: rep.id });
        await rep.patch(`/deals/${deal.id}/`, { amount: deal.amount ?? 55.55 }).expect(200);
      }
      const { contact, deal } = await act(rep, `/leads/${fourth.id}/convert/`, { create_deal: false });
      expect(deal).toBeNull();
      await rep.post(`/leads/${fourth.id}/convert/`).expect(409);
      expect((await read(rep, `/contacts/${contact.id}/`)).email).toBe(fourth.email);
      await rep.patch(`/leads/${fifth.id}/`, { status: 'qualified' }).expect(200);
      await rep.patch(`/leads/${lost.id}/`, { status: 'lost' }).expect(200);
    }
    expect((await read(manager, '/leads/?status=converted&count=exact')).count).toBe(12);
  });

  test('moves deals over the board, wins some and loses some, and takes one loss back', async () => {
    for (const rep of reps) {
      const [small, middle, large] = (await dealsOf(rep)) as [DealRow, DealRow, DealRow];
      await act(rep, `/deals/${small.id}/move/`, { stage: 'qualification', position: 0 });
      await act(rep, `/deals/${middle.id}/move/`, { stage: 'proposal' });
      await act(rep, `/deals/${large.id}/move/`, { stage: 'negotiation' });
      await act(rep, `/deals/${large.id}/win/`, { amount: 1234.56 });
      const silent = await rep.post(`/deals/${middle.id}/move/`, { stage: 'closed_lost' }).expect(400);
      expect(silent.body.errors[0].field).toBe('lost_reason');
      await act(rep, `/deals/${middle.id}/lose/`, { lost_reason: 'Price', competitor: 'Acme' });
      await rep.post(`/deals/${middle.id}/win/`).expect(409);
    }
    const [anna] = reps as [Caller];
    const [lost] = (await dealsOf(anna)).filter(({ status }) => status === 'lost') as [DealRow];
    expect(await act(anna, `/deals/${lost.id}/reopen/`)).toMatchObject({ stage: 'proposal', lost_reason: null });
    const { results } = await read(anna, `/deals/${lost.id}/transitions/`);
    expect(results.map(({ to }: { to: { key: string } }) => to.key)).toEqual(['proposal', 'closed_lost', 'proposal']);
  });

  test('is planned in tasks, of which some are done and one comes again', async () => {
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    for (const rep of reps) {
      const [deal] = (await dealsOf(rep)) as [DealRow];
      const task = (title: string, more: object) => make(rep, '/tasks/', { title, deal_id: deal.id, ...more });
      await task('Should have been sent', { due_date: inHours(-30) });
      await task('Today', { due_date: inHours(0).slice(0, 10), status: 'in_progress' });
      await task('Some day', { due_date: inHours(24 * 40) });
      const done = await task('Write the offer', { task_type: 'proposal' });
      await act(rep, `/tasks/${done.id}/complete/`);
      const weekly = await task('Ask again', { due_date: inHours(1), recurrence: 'FREQ=WEEKLY;COUNT=3' });
      await act(rep, `/tasks/${weekly.id}/complete/`);
      const { results } = await read(rep, `/tasks/?deal_id=${deal.id}&title=Ask again&status=pending`);
      expect(results).toMatchObject([{ recurred_from_id: weekly.id, related_to: deal.name, deal_name: deal.name }]);
    }
  });

  test('is talked about, and who is mentioned is told', async () => {
    const [anna] = reps as [Caller];
    const [deal] = (await dealsOf(anna)) as [DealRow];
    const content = `@${manager.email} may I give a discount?`;
    await make(anna, '/comments/', { target_type: 'deal', target_id: deal.id, content });
    const { results } = await read(manager, '/mentions/');
    expect(results).toMatchObject([{ content, target_id: deal.id }]);
  });

  test('finds a contact twice, merges the two and takes that back; and remembers a budget', async () => {
    const contacts: Row[] = (await read(manager, '/contacts/?ordering=email')).results;
    const [kept, twin] = contacts as [Row, Row];
    await manager.patch(`/contacts/${twin.id}/`, { custom_fields: { budget: 9000 }, do_not_email: true }).expect(200);
    const merged = await act(manager, `/contacts/${kept.id}/merge/`, { source_ids: [twin.id] });
    expect(merged.target).toMatchObject({ custom_fields: { budget: 9000 }, do_not_email: true });
    expect(await read(manager, '/contacts/statistics/')).toMatchObject({ total: contacts.length - 1 });
    const undone = await act(manager, `/contacts/${kept.id}/unmerge/`);
    expect(undone.target).toMatchObject({ custom_fields: {}, do_not_email: false });
    const rich = await read(manager, '/contacts/?custom_fields.budget__gte=5000');
    expect(rich.results.map(({ id }: Row) => id)).toEqual([twin.id]);
  });
});

type Rows = (...holders: string[]) => string;
const living = 'deleted_at IS NULL';

/** Who looks at the figures in the evening, and which rows of a table are theirs. */
const VIEWERS: [string, () => Caller, Rows][] = [
  ['an administrator', () => admin, () => living],
  ['the manager of the team', () => manager, () => living],
  ['a representative', () => ben(), (...holders) => `${living} AND '${ben().id}' IN (${holders.join(', ')})`],
];
const ben = () => reps[1] as Caller;
const HOLDERS = ['owner_id', 'assigned_to_id', 'created_by_id'];

/** What an expression is for the rows of each value of a column; how many there are, unless told. */
async function groupBy(table: string, column: string, rows: string, what = 'count(*)') {
  const found = await app.system.database.query<{ key: string; value: number }>(
    `SELECT coalesce(${column}, 'unknown') AS key, ${what} AS value FROM ${table} WHERE ${rows} GROUP BY 1`,
  );
  return Object.fromEntries(found.map(({ key, value }) => [key, value]));
}

const WHOLE = `count(*) AS total,
  count(*) FILTER (WHERE created_at >= date_trunc('month', now())) AS new_this_month`;
const count = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
const sum = (column: string, condition: string) => `coalesce(sum(${column}) FILTER (WHERE ${condition}), 0)`;

describe.each(VIEWERS)('the figures of that day before %s are those of plain SQL:', (_who, viewer, rowsOf) => {
  test.each([
    ['contacts', HOLDERS, { by_type: 'contact_type', by_status: 'status' }],
    ['companies', ['owner_id', 'created_by_id'], { by_type: 'company_type', by_size: 'size' }],
  ])('%s', async (table, holders, groups) => {
    const rows = rowsOf(...holders);
    const expected: Record<string, unknown> = (await query(`SELECT ${WHOLE} FROM ${table} WHERE ${rows}`))[0] ?? {};
    expect(expected.total).toBeGreaterThan(0);
    for (const [name, column] of Object.entries(groups)) expected[name] = await groupBy(table, column, rows);
    expect(await read(viewer(), `/${table}/statistics/`)).toEqual(expected);
  });

  test('leads', async () => {
    const rows = rowsOf(...HOLDERS);
    const isConverted = "status = 'converted'";
    const [whole] = await query(
      `SELECT ${WHOLE}, ${count(isConverted)} AS converted, round(avg(lead_score), 2) AS average_score,
         round(100 * avg((${isConverted})::int), 2) AS conversion_rate FROM leads WHERE ${rows}`,
    );
    const isOpen = "status NOT IN ('converted', 'lost', 'unqualified') AND estimated_value IS NOT NULL";
    expect(await read(viewer(), '/leads/statistics/')).toEqual({
      ...whole,
      by_status: await groupBy('leads', 'status', rows),
      by_source: await groupBy('leads', 'lead_source', rows),
      by_priority: await groupBy('leads', 'priority', rows),
      by_temperature: { hot: 0, warm: 0, cold: 0, ...(await groupBy('leads', 'temperature', rows)) },
      open_value: await groupBy('leads', 'currency', `${rows} AND ${isOpen}`, 'sum(estimated_value)'),
    });
  });

  test('deals', async () => {
    const rows = rowsOf(...HOLDERS);
    const figures = `count(*) AS total, ${count("status = 'open'")} AS open, ${count("status = 'won'")} AS won,
      ${count("status = 'lost'")} AS lost, coalesce(sum(amount), 0) AS total_value,
      ${sum('amount', "status = 'won'")} AS won_value, ${sum('weighted_amount', "status = 'open'")} AS weighted_pipeline,
      round(sum(amount) / count(*), 2) AS average_deal_size,
      coalesce(round(100 * avg((status = 'won')::int) FILTER (WHERE status <> 'open'), 2), 0) AS win_rate,
      round(avg(extract(epoch FROM closed_at - created_at)::int) / 86400, 2) AS average_days_to_close`;
    const by_currency = await query(
      `SELECT currency, ${figures} FROM deals WHERE ${rows} GROUP BY 1 ORDER BY total DESC, currency`,
    );
    const [main] = by_currency as [Record<string, unknown>];
    const [whole] = await query(
      `SELECT ${figures}, ${count(`status = 'open' AND date_trunc('month', expected_close_date)
         = date_trunc('month', now() AT TIME ZONE 'UTC')`)} AS closing_this_month FROM deals WHERE ${rows}`,
    );
    const { total_value, won_value, weighted_pipeline, average_deal_size, currency } = main;
    const value = (column: string) => sum(column, `currency = '${currency}'`);
    const by_stage = await query(
      `SELECT d.*, s.name FROM (SELECT stage_id, stage, pipeline_id, status, count(*) AS count,
         ${value('amount')} AS total_value, ${value('weighted_amount')} AS weighted_value
         FROM deals WHERE ${rows} GROUP BY 1, 2, 3, 4) d
       JOIN pipeline_stages s ON s.id = d.stage_id ORDER BY s.position`,
    );
    expect(by_stage.length).toBeGreaterThan(2);
    expect(await read(viewer(), '/deals/statistics/')).toEqual({
      ...whole,
      ...{ total_value, won_value, weighted_pipeline, average_deal_size, currency },
      by_currency,
      by_stage,
    });
  });

  test('the board', async () => {
    const { stages } = await read(viewer(), '/deals/board/');
    for (const { id, count: shown, totals, deals } of stages) {
      const rows = `${rowsOf(...HOLDERS)} AND stage_id = '${id}'`;
      const expected = await query(
        `SELECT currency, count(*) AS count, coalesce(sum(amount), 0) AS amount, sum(weighted_amount) AS weighted
         FROM deals WHERE ${rows} GROUP BY 1 ORDER BY 2 DESC, 1`,
      );
      const cards = await query(`SELECT id FROM deals WHERE ${rows} ORDER BY board_position, id`);
      expect(totals).toEqual(expected);
      expect(deals.map(({ id }: Row) => ({ id }))).toEqual(cards);
      expect(shown).toBe(cards.length);
    }
  });

  test('the dashboard of tasks', async () => {
    const rows = rowsOf(...HOLDERS);
    const dashboard = await read(viewer(), '/tasks/dashboard/');
    expect(dashboard.status_counts).toEqual({ cancelled: 0, ...(await groupBy('tasks', 'status', rows)) });
    const today = "date_trunc('day', now(), 'UTC')";
    const monday = "date_trunc('week', now(), 'UTC')";
    const parts = {
      overdue_tasks: 'due_date < now()',
      due_today_tasks: `due_date >= ${today} AND due_date < ${today} + interval '1 day'`,
      due_this_week_tasks: `due_date >= ${monday} AND due_date < ${monday} + interval '7 days'`,
    };
    for (const [part, isDue] of Object.entries(parts)) {
      const due = await query(
        `SELECT id FROM tasks WHERE ${rows} AND status IN ('pending', 'in_progress') AND ${isDue} ORDER BY due_date, id`,
      );
      expect(due.length).toBeGreaterThan(0);
      const { count: counted, results } = dashboard[part];
      expect([part, counted, results.map(({ id }: Row) => ({ id }))]).toEqual([part, due.length, due]);
    }
  });
});
