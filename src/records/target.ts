import { z } from 'zod';
import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { choice } from '../http/fields.ts';
import { findRecordResource, recordNouns } from './record-types.ts';

/** What a comment, an activity or a follow is about. */
export const targetFields = {
  target_type: choice(recordNouns),
  target_id: z.uuid('Give a UUID.'),
};

export interface Target {
  target_type: string;
  target_id: string;
}

export interface FoundTarget {
  resource: Resource;
  label: string;
}

/**
 * The living record that is meant, within the caller's scope. With `isWriting` the caller needs the right to change
 * such records too: who may only read does not write about them either.
 * Throws 400 at `target_id` for a record that is not theirs to read, 403 naming the permission.
 */
export async function findTarget(ctx: Ctx, target: Target, isWriting = false): Promise<FoundTarget> {
  const resource = findRecordResource(target.target_type);
  if (!resource) throw fieldError('target_type', 'invalid_choice', `Choose one of ${recordNouns.join(', ')}.`);
  requirePermission(ctx.principal, resource.permissions.view);
  if (isWriting) requirePermission(ctx.principal, resource.permissions.edit);
  const { values, bind } = new Parameters();
  const readable = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const [row] = await ctx.db.query<{ label: string }>(
    prepared(
      `SELECT ${resource.label('t')} AS label FROM ${resource.plural} t
       WHERE ${readable} AND t.deleted_at IS NULL AND t.id = ${bind(target.target_id)}`,
      values,
    ),
  );
  if (!row) throw fieldError('target_id', 'not_found', `No such ${resource.noun}.`);
  return { resource, label: row.label };
}
