import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { thisWeek, today } from '../core/time-zones.ts';
import { beginSelect, Parameters, scopeCondition } from '../crud/select.ts';
import { openTasks, TASK_STATUSES, taskResource } from './task.resource.ts';

const SHOWN = 10;
type Part = 'overdue_tasks' | 'due_today_tasks' | 'due_this_week_tasks';
type Bounds = Record<Part, { from: Date; to: Date }>;

export interface TaskDashboard extends Record<Part, { count: number; results: Row[] }> {
  status_counts: Record<string, number>;
}

/** Counts of the tasks within the caller's scope, and those that are due next. */
export async function readTaskDashboard(ctx: Ctx): Promise<TaskDashboard> {
  const zone = ctx.principal.time_zone;
  const bounds: Bounds = {
    overdue_tasks: { from: new Date(0), to: new Date() },
    due_today_tasks: today(zone),
    due_this_week_tasks: thisWeek(zone),
  };
  const parts = Object.keys(bounds) as Part[];
  const [counts, rows] = await Promise.all([countTasks(ctx, bounds), readNext(ctx, bounds)]);
  const status_counts = Object.fromEntries(
    TASK_STATUSES.map((status) => [status, counts.find((row) => row.status === status)?.total ?? 0]),
  );
  const described = parts.map((part) => {
    const { from, to } = bounds[part];
    const results = rows.filter(({ due_date }) => {
      const due = Date.parse(String(due_date));
      return due >= from.getTime() && due < to.getTime();
    });
    const count = counts.reduce((sum, row) => sum + row[part], 0);
    return [part, { count, results: results.slice(0, SHOWN) }];
  });
  return { status_counts, ...Object.fromEntries(described) };
}

type Counts = { status: string; total: number } & Record<Part, number>;

function countTasks(ctx: Ctx, bounds: Bounds): Promise<Counts[]> {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, taskResource, taskResource.permissions.view, 't', bind);
  const columns = Object.entries(bounds).map(
    ([part, { from, to }]) =>
      `count(*) FILTER (WHERE ${openTasks('t')} AND t.due_date >= ${bind(from)} AND t.due_date < ${bind(to)}) AS ${part}`,
  );
  const text = `SELECT t.status, count(*) AS total, ${columns.join(', ')} FROM tasks t
    WHERE t.deleted_at IS NULL AND ${scope} GROUP BY t.status`;
  return ctx.db.query<Counts>(prepared(text, values));
}

/** The first of each part, by when they are due, in one statement: some of them are the first of several. */
function readNext(ctx: Ctx, bounds: Bounds): Promise<Row[]> {
  const { text: select, values, bind } = beginSelect(ctx, taskResource, taskResource.fields);
  const scope = scopeCondition(ctx, taskResource, taskResource.permissions.view, 'd', bind);
  const firsts = Object.values(bounds).map(
    ({ from, to }) => `(SELECT d.id FROM tasks d WHERE d.deleted_at IS NULL AND ${openTasks('d')}
      AND d.due_date >= ${bind(from)} AND d.due_date < ${bind(to)} AND ${scope} ORDER BY d.due_date, d.id LIMIT ${SHOWN})`,
  );
  const text = `${select} WHERE t.id IN (${firsts.join(' UNION ')}) ORDER BY t.due_date, t.id`;
  return ctx.db.query(prepared(text, values));
}
