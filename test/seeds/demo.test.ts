import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDemoAccountsAndData } from '../../seeds/demo.ts';
import { DEMO_ACCOUNTS, ensureDemoAccounts } from '../../seeds/demo-accounts.ts';
import { seedRecords } from '../../seeds/records.ts';
import { withConstraintsAside } from '../../seeds/set-aside.ts';
import { createSystemCtx, withTransaction } from '../../src/core/ctx.ts';
import { openTestApp, type TestApp } from '../support/app.ts';

const DEMO_PASSWORD = 'a password for the demo';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('production never gets demo accounts', async () => {
  const ctx = createSystemCtx(app.system);
  await expect(ensureDemoAccountsAndData(ctx, { DEMO_PASSWORD, is_production: true })).rejects.toThrow('production');
});

test('two processes that start at once make the demo once, and everybody can sign in', async () => {
  const ctx = createSystemCtx(app.system);
  const start = () => ensureDemoAccountsAndData(ctx, { DEMO_PASSWORD, is_production: false });
  const made = await Promise.all([start(), start()]);
  expect(made.map(({ created }) => created).sort()).toEqual([false, true]);
  expect((await start()).created).toBe(false);
  for (const { email, role } of DEMO_ACCOUNTS) {
    const answer = await app.anonymous.post('/api/v1/auth/login/').send({ email, password: DEMO_PASSWORD }).expect(200);
    expect(answer.body.user.role).toBe(role);
    if (role === 'sales_rep' || role === 'manager') {
      expect(answer.body.user.teams).toMatchObject([{ name: 'Sales', is_manager: role === 'manager' }]);
    }
  }
  const admin = await app.createCaller('admin');
  expect((await admin.get('/contacts/').expect(200)).body.count).toBe(100);
});

test('an account that is there keeps its password', async () => {
  const ctx = createSystemCtx(app.system);
  await ensureDemoAccounts(ctx, 'quite another password');
  await app.anonymous
    .post('/api/v1/auth/login/')
    .set('X-Forwarded-For', '192.0.2.7')
    .send({ email: 'admin@mycrm.example', password: DEMO_PASSWORD })
    .expect(200);
});

/** Fields that are written back as they are read. */
const REWRITTEN = {
  '/deals/': ['name', 'amount', 'currency', 'stage', 'company_id', 'contact_id', 'expected_close_date', 'tags'],
  '/tasks/': ['title', 'task_type', 'status', 'priority', 'due_date', 'contact_id', 'tags'],
  '/events/': ['title', 'event_type', 'start_at', 'end_at', 'timezone', 'contact_id'],
  '/products/': ['name', 'sku', 'price', 'category'],
};

test('every row of a medium size is one that the API would take', async () => {
  const ctx = createSystemCtx(app.system);
  const seeded = await seedRecords(ctx, { size: 'medium', seed: 2 });
  // The products are the same in every world, so those of the first are there already.
  for (const { table, wanted, added } of seeded.filter((each) => each.table !== 'products')) {
    expect([table, added]).toEqual([table, wanted ?? added]);
  }
  expect(seeded.find(({ table }) => table === 'contacts')?.added).toBe(10_000);
  const admin = await app.createCaller('admin');
  for (const [path, fields] of Object.entries(REWRITTEN)) {
    const { body } = await admin.get(`${path}?page_size=5`).expect(200);
    for (const row of body.results) {
      const change = Object.fromEntries(fields.map((field) => [field, row[field]]));
      await admin.patch(`${path}${row.id}/`, change).expect(200);
    }
  }
  for (const path of ['/contacts/', '/companies/']) {
    const { body } = await admin.get(`${path}?page_size=200&ordering=-created_at`).expect(200);
    for (const { id, created_by_id: _author, ...row } of body.results.slice(0, 5)) {
      const change = { phone: row.phone, tags: row.tags, country: row.country, city: row.city };
      await admin
        .patch(
          `${path}${id}/`,
          path === '/contacts/'
            ? { ...change, email: row.email }
            : { ...change, domain: row.domain, website: row.website },
        )
        .expect(200);
    }
  }
});

test('what is set aside while many rows are added comes back as it was', async () => {
  const ctx = createSystemCtx(app.system);
  const read = () =>
    ctx.db.query(
      `SELECT indexdef AS part FROM pg_indexes WHERE tablename = 'contacts'
       UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'contacts'::regclass
       UNION ALL SELECT tgname || ' ' || tgenabled::text FROM pg_trigger WHERE tgrelid = 'contacts'::regclass AND NOT tgisinternal
       ORDER BY part`,
    );
  const before = await read();
  await withTransaction(ctx, ({ db }) => withConstraintsAside(db, 'contacts', async () => undefined));
  expect(await read()).toEqual(before);
});
