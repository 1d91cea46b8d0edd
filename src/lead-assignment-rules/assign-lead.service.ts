import type { Ctx } from '../core/ctx.ts';
import { inSavepoint, type Row } from '../core/database.ts';
import { AppError } from '../core/errors.ts';
import { compileFilter } from '../crud/filters.ts';
import { Parameters } from '../crud/select.ts';
import { writeRow } from '../crud/write-rows.ts';
import { record } from '../events/record.ts';
import { explainError } from '../http/error-handler.ts';
import { leadResource } from '../leads/lead.resource.ts';
import type { AssignTo } from './lead-assignment-rule.entity.ts';
import { type Criteria, parseCriteria } from './lead-criteria.ts';

interface Rule {
  id: string;
  name: string;
  criteria: Criteria;
  assign_to: AssignTo;
}

/**
 * Gives a lead that was just created to whom the first matching rule names. A rule that has nobody to give it to, such
 * as a team whose members are all suspended, is passed over. Answers the lead as it stands then.
 */
export async function assignLead(ctx: Ctx, lead: Row): Promise<Row> {
  const rules = await ctx.db.query<Rule>(
    `SELECT id, name, criteria, assign_to FROM lead_assignment_rules
     WHERE is_active AND deleted_at IS NULL ORDER BY priority, created_at, id`,
  );
  for (const rule of await matchRules(ctx, lead, rules)) {
    const userId = await findAssignee(ctx, rule);
    if (userId) return giveLead(ctx, lead, rule, userId);
  }
  return lead;
}

/**
 * The rules whose criteria hold for the row as it was written, in their order: one statement for all of them. A rule
 * whose filter has gone or no longer fits since it was saved must not stand in the way of new leads.
 */
async function matchRules(ctx: Ctx, lead: Row, rules: Rule[]): Promise<Rule[]> {
  if (rules.length === 0) return [];
  try {
    return await inSavepoint(ctx.db, () => runCriteria(ctx, lead, rules));
  } catch (error) {
    const known = explainError(error);
    if (!(known instanceof AppError) || known.status !== 400) throw error;
    const [rule] = rules as [Rule];
    if (rules.length === 1) {
      ctx.logger.warn({ err: error, rule: rule.id }, 'a lead assignment rule can no longer be read');
      return [];
    }
    return [...(await matchRules(ctx, lead, [rule])), ...(await matchRules(ctx, lead, rules.slice(1)))];
  }
}

async function runCriteria(ctx: Ctx, lead: Row, rules: Rule[]): Promise<Rule[]> {
  const { values, bind } = new Parameters();
  const conditions = rules.map(({ criteria }) => {
    const parts = parseCriteria(criteria).map((filter) => `(${compileFilter(ctx, leadResource, filter, 't', bind)})`);
    return `coalesce(${['TRUE', ...parts].join(' AND ')}, FALSE)`;
  });
  const [row] = await ctx.db.query<{ matches: boolean[] }>(
    `SELECT ARRAY[${conditions.join(', ')}] AS matches FROM leads t WHERE t.id = ${bind(lead.id)}`,
    values,
  );
  return rules.filter((_, index) => row?.matches[index]);
}

async function findAssignee(ctx: Ctx, { id, assign_to }: Rule): Promise<string | null> {
  if (assign_to.type === 'round_robin') return takeTurn(ctx, id, assign_to.team_id);
  const [user] = await ctx.db.query<{ id: string }>(
    'SELECT id FROM users WHERE id = $1 AND is_active AND deleted_at IS NULL',
    [assign_to.user_id],
  );
  return user?.id ?? null;
}

/**
 * The member after the one whose turn it was last. Whoever takes turns holds the rules until the end of the
 * transaction, so that nobody is passed over or taken twice; all of them and in one order, so that two imports
 * which meet several rules never wait for each other crosswise.
 */
async function takeTurn(ctx: Ctx, ruleId: string, teamId: string): Promise<string | null> {
  const rules = await ctx.db.query<{ id: string; last_user_id: string | null }>(
    `SELECT id, last_user_id FROM lead_assignment_rules
     WHERE assign_to ->> 'type' = 'round_robin' AND is_active AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
  );
  const last = rules.find(({ id }) => id === ruleId)?.last_user_id ?? null;
  const [next] = await ctx.db.query<{ user_id: string }>(
    `SELECT m.user_id FROM team_memberships m
       JOIN teams ON teams.id = m.team_id AND teams.deleted_at IS NULL
       JOIN users u ON u.id = m.user_id AND u.is_active AND u.deleted_at IS NULL
     WHERE m.team_id = $1 ORDER BY coalesce(m.user_id <= $2::uuid, FALSE), m.user_id LIMIT 1`,
    [teamId, last],
  );
  if (!next) return null;
  await ctx.db.query('UPDATE lead_assignment_rules SET last_user_id = $2 WHERE id = $1', [ruleId, next.user_id]);
  return next.user_id;
}

/** Part of the creation: nobody has seen the lead without it, so it stays the first version. */
async function giveLead(ctx: Ctx, lead: Row, rule: Rule, userId: string): Promise<Row> {
  const given = await writeRow(
    ctx,
    leadResource,
    (bind) => `UPDATE leads SET assigned_to_id = ${bind(userId)} WHERE id = ${bind(lead.id)}`,
  );
  if (!given) return lead;
  const { row, label } = given;
  const subject = { type: 'lead', id: String(row.id), version: Number(row.version), label };
  await record(ctx, 'lead.assigned', subject, {
    changes: { assigned_to_id: [null, userId] },
    metadata: { rule_id: rule.id, rule_name: rule.name, assigned_to_id: userId },
  });
  return row;
}
