import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDemoAccounts } from '../seeds/demo-accounts.ts';
import { seedRecords } from '../seeds/records.ts';
import { loadUserPrincipal } from '../src/auth/principal.ts';
import { type Ctx, createCtx, createSystemCtx, NO_ORIGIN } from '../src/core/ctx.ts';
import type { Statement } from '../src/core/database.ts';
import { crudService } from '../src/crud/crud-service.ts';
import { parseListQuery } from '../src/crud/list-query.ts';
import { findRecordResource } from '../src/records/record-types.ts';
import { readTimeline } from '../src/records/timeline.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  const ctx = createSystemCtx(app.system);
  await ensureDemoAccounts(ctx, 'a password for the plans');
  await seedRecords(ctx, { size: 'medium', seed: 1 });
}, 120_000);
afterAll(() => app.close());

/** A context of this caller that keeps the statements it runs. */
async function watch(): Promise<{ ctx: Ctx; seen: Statement[] }> {
  const loaded = await loadUserPrincipal(app.system.database, admin.id);
  if (!loaded) throw new Error('no such user');
  const plain = createCtx(app.system, loaded.principal, NO_ORIGIN);
  const seen: Statement[] = [];
  const query: Ctx['db']['query'] = (statement, values) => {
    seen.push(typeof statement === 'string' ? { text: statement, values } : statement);
    return plain.db.query(statement, values);
  };
  return { ctx: { ...plain, db: { ...plain.db, query } }, seen };
}

/** Tables of records that a plan reads from end to end. */
function scansOf(plan: unknown): string[] {
  const scans: string[] = [];
  JSON.stringify(plan, (_key, node) => {
    if (node?.['Node Type'] === 'Seq Scan') scans.push(String(node['Relation Name']));
    return node;
  });
  // Users, stages and products are a handful of rows, which are read whole sooner than an index.
  return scans.filter((table) => !['users', 'pipelines', 'pipeline_stages', 'products'].includes(table));
}

async function expectNoScan(seen: Statement[]): Promise<void> {
  expect(seen.length).toBeGreaterThan(0);
  for (const { text, values } of seen) {
    const [row] = await app.system.database.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
    expect([text.slice(0, 80), scansOf(row)]).toEqual([text.slice(0, 80), []]);
  }
}

const LISTS: [string, Record<string, string>][] = [
  ['contact', {}],
  ['contact', { cursor: '' }],
  ['contact', { ordering: 'last_name' }],
  ['contact', { status: 'inactive' }],
  ['company', { ordering: 'name' }],
  ['deal', {}],
  ['deal', { stage: 'proposal', ordering: 'board_position' }],
  ['task', {}],
  ['lead', { ordering: '-lead_score' }],
];

test.each(LISTS)('the list of %ss with %j reads an index', async (noun, query) => {
  const resource = findRecordResource(noun)!;
  const { ctx, seen } = await watch();
  await crudService(resource).list(ctx, parseListQuery(ctx, resource, { count: 'none', ...query }), 'http://x/');
  await expectNoScan(seen);
});

test('a timeline reads its indexes', async () => {
  const resource = findRecordResource('contact')!;
  const [contact] = await app.system.database.query<{ id: string }>('SELECT id FROM contacts ORDER BY id LIMIT 1');
  const { ctx, seen } = await watch();
  await readTimeline(ctx, resource, contact!.id, { page_size: 25 }, 'http://x/');
  await expectNoScan(seen.filter(({ text }) => text.includes('activities')));
});
