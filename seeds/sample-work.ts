import type { Statement } from '../src/core/database.ts';
import { instant } from './sample-rows.ts';
import { CALL_OUTCOMES, TASK_TITLES } from './sample-words.ts';
import { type SampleOptions, SampleWorld } from './sample-world.ts';

const DAY_MS = 86_400_000;

/** Joins the company that row `n` is about, and somebody there if there is anybody. */
function withContact(world: SampleWorld): string {
  const company = `(1 + ${world.dice.roll('n', 'company', '((n * 2 + 2) / 3)')})`;
  return `JOIN companies c ON c.domain = ${world.companyDomain(company)} AND c.deleted_at IS NULL
    LEFT JOIN LATERAL (SELECT id, first_name || ' ' || last_name AS name FROM contacts
      WHERE company_id = c.id AND deleted_at IS NULL ORDER BY id LIMIT 1) k ON true`;
}

/** The statement that adds the sample tasks `from` to `to`: most of the past are done, some of them are overdue. */
export function tasksStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'tasks');
  const { dice } = world;
  const made = world.createdMs();
  const due = `(${made} + (1 + ${dice.roll('n', 'due in', 40)}) * ${DAY_MS}::bigint)`;
  const isPast = `${due} < ${options.asOf.getTime()}`;
  const isDone = `${isPast} AND ${dice.roll('n', 'done', 20)} > 0`;
  const type = dice.roll('n', 'type', TASK_TITLES.length);
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    owner_id: world.owner(),
    assigned_to_id: world.owner(),
    created_by_id: world.owner(),
    tags: world.tags(),
    title: `${world.at(
      TASK_TITLES.map(([title]) => title),
      type,
    )} || ' ' || coalesce(k.name, c.name)`,
    task_type: world.at(
      TASK_TITLES.map(([, kind]) => kind),
      type,
    ),
    status: `CASE WHEN ${isDone} THEN 'completed' WHEN ${dice.roll('n', 'begun', 4)} = 0 THEN 'in_progress' ELSE 'pending' END`,
    priority: world.pick(['low', 'medium', 'medium', 'medium', 'high', 'urgent'], 'priority'),
    due_date: instant(due),
    completed_at: `CASE WHEN ${isDone} THEN ${instant(due)} END`,
    contact_id: 'k.id',
    company_id: 'c.id',
  };
  return world.insert('tasks', values, from, to, withContact(world));
}

/** The statement that adds the sample meetings `from` to `to`, an hour each on a working morning or afternoon. */
export function eventsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'events');
  const { dice } = world;
  const made = world.createdMs();
  const day = `(${instant(made)} + (1 + ${dice.roll('n', 'in', 30)}) * interval '1 day')`;
  const start = `date_trunc('day', ${day}) + (8 + ${dice.roll('n', 'hour', 9)}) * interval '1 hour'`;
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    owner_id: world.owner(),
    created_by_id: world.owner(),
    title: `${world.pick(['Meeting with', 'Demo for', 'Call with', 'Lunch with'], 'title')} || ' ' || coalesce(k.name, c.name)`,
    event_type: world.pick(['meeting', 'demo', 'call', 'lunch'], 'title'),
    start_at: start,
    end_at: `${start} + interval '1 hour'`,
    timezone: `'UTC'`,
    contact_id: 'k.id',
  };
  return world.insert('events', values, from, to, withContact(world));
}

/** The statement that adds the sample calls, e-mails and meetings `from` to `to` that somebody logged. */
export function activitiesStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'activities');
  const { dice } = world;
  const made = world.createdMs();
  const kinds = ['call', 'call', 'email', 'email', 'meeting'];
  const type = world.pick(kinds, 'type');
  const told = world.pick(['a call', 'a call', 'an e-mail', 'an e-mail', 'a meeting'], 'type');
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    created_by_id: 'u.id',
    actor_id: 'u.id',
    actor_name: `coalesce(u.name, 'system')`,
    action: `'logged'`,
    target_type: `CASE WHEN k.id IS NULL THEN 'company' ELSE 'contact' END`,
    target_id: 'coalesce(k.id, c.id)',
    target_name: 'coalesce(k.name, c.name)',
    description: `coalesce(u.name, 'MyCRM') || ' logged ' || ${told} || coalesce(' with the contact ' || k.name, ' with the company ' || c.name) || '.'`,
    type,
    subject: world.pick(['Prices', 'Next steps', 'Renewal', 'First contact', 'Questions about the offer'], 'subject'),
    duration_minutes: `5 + ${dice.roll('n', 'minutes', 50)}`,
    outcome: world.pick(CALL_OUTCOMES, 'outcome'),
    happened_at: instant(made),
  };
  const join = `${withContact(world)}
    LEFT JOIN LATERAL (SELECT id, trim(first_name || ' ' || last_name) AS name FROM users WHERE id = ${world.owner()}) u ON true`;
  return world.insert('activities', values, from, to, join);
}
