import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Input } from '../crud/write-rows.ts';
import type { AssignTo } from './lead-assignment-rule.entity.ts';
import { leadAssignmentRuleResource } from './lead-assignment-rule.resource.ts';
import { type Criteria, checkCriteria } from './lead-criteria.ts';

const crud = crudService(leadAssignmentRuleResource);

export const leadAssignmentRuleService: CrudService = {
  ...crud,
  create: async (ctx, input, options) => {
    const rule = await crud.create(ctx, input, options);
    await checkRule(ctx, input);
    return rule;
  },
  update: async (ctx, id, input, options) => {
    const rule = await crud.update(ctx, id, input, options);
    await checkRule(ctx, input);
    return rule;
  },
};

/** After the write, so that who may not write rules learns nothing of users and teams. */
async function checkRule(ctx: Ctx, { criteria, assign_to }: Input): Promise<void> {
  if (criteria) await checkCriteria(ctx, criteria as Criteria);
  if (assign_to) await checkAssignee(ctx, assign_to as AssignTo);
}

async function checkAssignee(ctx: Ctx, assignTo: AssignTo): Promise<void> {
  if (assignTo.type === 'user') {
    const users = await ctx.db.query('SELECT 1 FROM users WHERE id = $1 AND is_active AND deleted_at IS NULL', [
      assignTo.user_id,
    ]);
    if (users.length === 0) throw fieldError('assign_to.user_id', 'not_found', 'No such active user.');
  } else {
    const teams = await ctx.db.query('SELECT 1 FROM teams WHERE id = $1 AND deleted_at IS NULL', [assignTo.team_id]);
    if (teams.length === 0) throw fieldError('assign_to.team_id', 'not_found', 'No such team.');
  }
}
