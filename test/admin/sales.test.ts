import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const open = async (noun: string, id: string) =>
  (await admin.get(`/api/resources/${noun}/records/${id}/show`).expect(200)).body.record;
const create = async (noun: string, form: Record<string, string>) =>
  (await admin.post(`/api/resources/${noun}/actions/new`, form).expect(200)).body.record;
const edit = async (noun: string, record: { params: Record<string, unknown> }, form: Record<string, string>) => {
  const path = `/api/resources/${noun}/records/${record.params.id}/edit`;
  return (await admin.post(path, { version: String(record.params.version), ...form }).expect(200)).body.record;
};

describe('at the panel', () => {
  test('a pipeline shows its stages, which are edited as rows', async () => {
    const pipeline = await create('pipelines', { name: 'Panel' });
    const stages = JSON.parse((await open('pipelines', pipeline.params.id)).params.stages);
    expect(stages).toHaveLength(6);
    const untouched = await edit('pipelines', pipeline, {});
    expect(untouched.params.version).toBe(1);
    stages[0].name = 'First talk';
    const changed = await edit('pipelines', pipeline, {
      stages: JSON.stringify([...stages, { name: 'Lost late', is_lost: true, position: '' }]),
    });
    expect(changed.params.version).toBe(2);
    expect(JSON.parse(changed.params.stages)).toMatchObject([
      { key: 'prospecting', name: 'First talk' },
      {},
      {},
      {},
      {},
      {},
      { key: 'lost_late' },
    ]);
    const refused = await edit('pipelines', changed, { stages: JSON.stringify([{ ...stages[0], probability: 200 }]) });
    expect(refused.errors['stages.0.probability'].message).toContain('100');
    const page = (await admin.get('/resources/pipelines').expect(200)).text;
    expect(page).toContain('Sales');
  });

  test('a deal is made, moved and closed by the service', async () => {
    const deal = await create('deals', { name: 'Panel order', amount: '12.50', stage: 'proposal' });
    expect(deal.params).toMatchObject({ stage: 'proposal', amount: 12.5, weighted_amount: 6.25, owner_id: admin.id });
    expect((await edit('deals', deal, {})).params.version).toBe(1);
    const won = await edit('deals', deal, { stage: 'closed_won' });
    expect(won.params).toMatchObject({ status: 'won', probability: 100, version: 2 });
    const [{ event } = { event: '' }] = await app.system.database.query<{ event: string }>(
      'SELECT event FROM audit_logs WHERE resource_id = $1 ORDER BY id DESC LIMIT 1',
      [deal.params.id],
    );
    expect(event).toBe('deal.won');
    const shown = await open('deals', deal.params.id);
    expect(shown.params).toMatchObject({ products: '[]', contacts: '[]', days_in_stage: 0 });
    expect(shown.populated.pipeline_id.title).toBe('Sales pipeline');
    const list = await admin.get('/api/resources/deals/actions/list?filters.status=won').expect(200);
    expect(list.body.meta.total).toBe(1);
  });

  test('a day is a day, in the form and in the filter', async () => {
    const deal = await create('deals', { name: 'On a day', expected_close_date: '2026-12-25' });
    expect(deal.params.expected_close_date).toBe('2026-12-25');
    const changed = await edit('deals', deal, { expected_close_date: '2026-12-26' });
    expect(changed.params.expected_close_date).toBe('2026-12-26');
    const range = 'filters.expected_close_date~~from=2026-12-26&filters.expected_close_date~~to=2026-12-26';
    const list = await admin.get(`/api/resources/deals/actions/list?${range}`).expect(200);
    expect(list.body.records.map(({ id }: { id: string }) => id)).toEqual([deal.params.id]);
  });

  test('a contact group names who made it', async () => {
    const group = await create('contact_groups', { name: 'Named' });
    const shown = await open('contact_groups', group.params.id);
    expect(shown.populated.created_by_id.params.id).toBe(admin.id);
  });

  test('a product is priced', async () => {
    const refused = await create('products', { name: 'Seat', price: '-1' });
    expect(refused.errors.price.message).toBeTruthy();
    const product = await create('products', { name: 'Seat', price: '9.99', is_active: 'true' });
    expect(product.params).toMatchObject({ price: 9.99, is_active: true });
  });
});
