import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSystemCtx } from '../../src/core/ctx.ts';
import { computeScore } from '../../src/leads/lead-score.service.ts';
import { openSystem } from '../../src/system.ts';
import { cloneTemplate, testConfig } from '../support/app.ts';
import { readRows } from '../support/rows.ts';
import { runScript, type ScriptResult } from '../support/script.ts';

const FLAGS = ['--random-seed', '7', '--as-of', '2026-01-31'];

let first: Awaited<ReturnType<typeof cloneTemplate>>;
let second: typeof first;
let runs: ScriptResult[];
beforeAll(async () => {
  first = await cloneTemplate();
  second = await cloneTemplate();
  runs = await Promise.all([first, second].map(({ url }) => runScript('seed', FLAGS, { databaseUrl: url })));
});
afterAll(() => Promise.all([first.drop(), second.drop()]));

describe('npm run seed', () => {
  test('adds 100 contacts at 20 companies, owned by the demo accounts', async () => {
    for (const { code, lines } of runs) {
      expect(lines.map((line) => line.replace(/ +/, ' '))).toEqual(
        expect.arrayContaining([
          'companies 20 added, 0 were there already',
          'contacts 100 added, 0 were there already',
          'leads 20 added, 0 were there already',
          'deals 30 added, 0 were there already',
          'tasks 30 added, 0 were there already',
          'activities 30 added, 0 were there already',
        ]),
      );
      expect(code).toBe(0);
    }
    const owners = await readRows(
      first.url,
      'SELECT DISTINCT u.email FROM contacts c JOIN users u ON u.id = c.owner_id ORDER BY 1',
    );
    expect(owners.map(({ email }) => email)).toEqual(
      ['admin', 'manager', 'rep'].map((name) => `${name}@mycrm.example`),
    );
  });

  test.each(['companies', 'contacts', 'leads', 'deals', 'stage_transitions', 'tasks', 'activities'])(
    'one random seed gives the same %s in two databases',
    async (table) => {
      const query = `SELECT (to_jsonb(t) - '{stage_id,pipeline_id,from_stage_id,to_stage_id}'::text[])::text AS row FROM ${table} t ORDER BY id`;
      const [one, other] = await Promise.all([first, second].map(({ url }) => readRows(url, query)));
      expect(one).toEqual(other);
    },
  );

  test('ids sort by time, and the search words are those of the trigger', async () => {
    const unsorted = await readRows(
      first.url,
      `SELECT id FROM (SELECT id, created_at, lag(created_at) OVER (ORDER BY id) AS before FROM contacts) t
       WHERE created_at < before OR created_at NOT BETWEEN '2024-07-31' AND '2026-01-31'`,
    );
    expect(unsorted).toEqual([]);
    const words = 'SELECT search_vector::text FROM contacts ORDER BY id';
    const written = await readRows(first.url, words);
    await readRows(first.url, 'UPDATE contacts SET company_id = company_id');
    expect(await readRows(first.url, words)).toEqual(written);
  });

  test('deals went through their stages to where they stand, and the totals of the board are theirs', async () => {
    const lost = await readRows(
      first.url,
      `SELECT d.id FROM deals d WHERE d.stage <> 'prospecting' AND d.stage <>
         coalesce((SELECT to_stage FROM stage_transitions t WHERE t.deal_id = d.id ORDER BY t.created_at DESC, t.id DESC LIMIT 1), '')`,
    );
    expect(lost).toEqual([]);
    const sums = (from: string, count: string, amount: string) =>
      readRows(
        first.url,
        `SELECT stage_id, ${count}::int AS count, sum(${amount})::text AS amount FROM ${from} GROUP BY 1 ORDER BY 1`,
      );
    expect(await sums('deal_totals', 'sum(count)', 'amount')).toEqual(await sums('deals', 'count(*)', 'amount'));
  });

  test('leads have the scores that the application gives them', async () => {
    const system = await openSystem(testConfig(first.url), { name: 'scores', isMigrating: false });
    try {
      const leads = await system.database.query('SELECT * FROM leads ORDER BY id');
      expect(leads).toHaveLength(20);
      for (const lead of leads) {
        const { lead_score, score_factors } = lead;
        expect({ lead_score, score_factors }).toEqual(await computeScore(createSystemCtx(system), lead));
      }
      const factors = new Set(
        leads.flatMap((lead) => (lead.score_factors as { factor: string }[]).map((f) => f.factor)),
      );
      expect([...factors]).toContain('company_size');
    } finally {
      await system.close();
    }
  });

  test('a second run adds only what is missing', async () => {
    await readRows(second.url, 'DELETE FROM contacts WHERE id IN (SELECT id FROM contacts ORDER BY id LIMIT 3)');
    const { code, lines } = await runScript('seed', FLAGS, { databaseUrl: second.url });
    const told = lines.map((line) => line.replace(/ +/, ' '));
    expect(told).toContain('companies 0 added, 20 were there already');
    expect(told).toContain('contacts 3 added, 97 were there already');
    expect(told).toContain('leads 0 added, 20 were there already');
    expect(told).toContain('stage_transitions 0 added');
    expect(code).toBe(0);
  });

  test.each([
    [['--size', 'huge'], '--size: choose one of small, medium, large.'],
    [['--as-of', '2026-02-31'], '--as-of: give a day such as 2026-01-31.'],
    [['--sizes', 'small'], "Unknown option '--sizes'. There is --size, --random-seed, --as-of, --force."],
  ])('refuses %j', async (flags, message) => {
    expect(await runScript('seed', flags)).toEqual({ code: 1, lines: [], errors: message });
  });

  test('refuses to run in production unless forced', async () => {
    const env = { NODE_ENV: 'production', SECRET_KEY: 'a key for production that is long enough' };
    const refused = await runScript('seed', [], { env });
    expect(refused).toMatchObject({ code: 1, lines: [], errors: expect.stringContaining('--force') });
  });
});
