import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const LEADS = '/api/resources/leads';
const RULES = '/api/resources/lead_assignment_rules';

test('a lead of the panel is scored and assigned by a rule that was written there', async () => {
  const assign_to = JSON.stringify({ type: 'user', user_id: admin.id });
  const form = { name: 'From the panel', criteria: '{"lead_source":"referral"}', assign_to, priority: '5' };
  const rule = await admin.post(`${RULES}/actions/new`, form).expect(200);
  expect(rule.body.record.errors).toEqual({});
  expect(JSON.parse(rule.body.record.params.assign_to)).toEqual({ type: 'user', user_id: admin.id });

  const shown = (await admin.get(`${RULES}/records/${rule.body.record.params.id}/show`).expect(200)).body;
  expect(shown.record.params).toMatchObject({ assign_to_name: expect.any(String) });
  expect(shown.record.params.assign_to_name).not.toContain(admin.id);
  const team = (await admin.post('/api/resources/teams/actions/new', { name: 'Hunters' }).expect(200)).body.record;
  const inTurn = JSON.stringify({ type: 'round_robin', team_id: team.params.id });
  const turn = { ...form, name: 'In turn', assign_to: inTurn };
  const { record: ofTeam } = (await admin.post(`${RULES}/actions/new`, turn).expect(200)).body;
  expect(ofTeam.errors).toEqual({});
  expect(ofTeam.params.assign_to_name).toBe('round robin of Hunters');

  const wrong = await admin.post(`${RULES}/actions/new`, { ...form, name: 'Wrong', criteria: '{"lead_sauce":"x"}' });
  expect(JSON.stringify(wrong.body.record.errors)).toContain('Did you mean lead_source');

  const lead = { first_name: 'Ada', last_name: 'Panel', lead_source: 'referral', job_title: 'CEO' };
  const { record } = (await admin.post(`${LEADS}/actions/new`, lead).expect(200)).body;
  expect(record.params).toMatchObject({ assigned_to_id: admin.id, lead_score: 48, temperature: 'warm' });
  const path = `${LEADS}/records/${record.id}/edit`;
  await admin.post(path, { version: '1', lead_score: '99' }).expect(400);
  const edited = await admin.post(path, { version: '1', job_title: 'Clerk' }).expect(200);
  expect(edited.body.record.params).toMatchObject({ job_title: 'Clerk', lead_score: 33, version: 2 });
  const list = await admin.get(`${LEADS}/actions/list?filters.temperature=cold&filters.full_name=ada`).expect(200);
  expect(list.body.records.map(({ title }: { title: string }) => title)).toEqual(['Ada Panel']);
});
