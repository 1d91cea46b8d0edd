import { holdsPermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError, permissionDenied } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Input } from '../crud/write-rows.ts';
import { record } from '../events/record.ts';
import { findTarget, type Target } from '../records/target.ts';
import { commentResource } from './comment.resource.ts';
import { resolveMentions } from './mentions.ts';

const crud = crudService(commentResource);

export const commentService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    const target = targetOf(input);
    const { label } = await findTarget(ctx, target, true);
    await checkParent(ctx, target, input.parent_id);
    const mentions = await resolveMentions(ctx, target, String(input.content), (input.mentions as string[]) ?? []);
    const metadata = { ...target, target_name: label, mentions };
    const comment = await crud.create(ctx, { ...input, mentions }, { metadata });
    await recordMentions(ctx, comment, label, mentions);
    return comment;
  },
  update: async (ctx, id, input, options) => {
    const comment = await requireAuthor(ctx, id);
    for (const field of ['target_type', 'target_id', 'parent_id']) {
      if (field in input && input[field] !== comment[field]) {
        throw fieldError(field, 'fixed', 'A comment stays where it was made.');
      }
    }
    const content = String(input.content ?? comment.content);
    const given = (input.mentions ?? comment.mentions) as string[];
    const target = targetOf(comment);
    const mentions = await resolveMentions(ctx, target, content, given);
    const after = await crud.update(ctx, id, { ...input, mentions }, options);
    const known = new Set(comment.mentions as string[]);
    const added = (after.mentions as string[]).filter((user) => !known.has(user));
    if (added.length > 0) await recordMentions(ctx, after, (await findTarget(ctx, target)).label, added);
    return after;
  },
  delete: async (ctx, id, options) => {
    await requireAuthor(ctx, id, true);
    return crud.delete(ctx, id, options);
  },
  restore: async (ctx, id) => {
    await requireAuthor(ctx, id, true);
    return crud.restore(ctx, id);
  },
};

/** Beside the comment itself, so that whom it names can be looked for by itself. */
async function recordMentions(ctx: Ctx, comment: Row, target_name: string, mentions: string[]): Promise<void> {
  if (mentions.length === 0) return;
  const { id, version, content } = comment;
  const subject = { type: 'comment', id: String(id), version: Number(version), label: String(content).slice(0, 80) };
  await record(ctx, 'comment.mentioned', subject, { metadata: { ...targetOf(comment), target_name, mentions } });
}

function targetOf(input: Input | Row): Target {
  return { target_type: String(input.target_type), target_id: String(input.target_id) };
}

/** Only its author changes a comment. Who manages the settings may remove one, as a moderator. Throws 404, 403. */
async function requireAuthor(ctx: Ctx, id: string, isRemoval = false): Promise<Row> {
  const comment = await crud.read(ctx, id, { isTrashed: 'either' });
  const isModerator = isRemoval && holdsPermission(ctx.principal, 'manage_settings');
  if (comment.created_by_id !== ctx.principal.user_id && !isModerator) {
    throw permissionDenied('author', 'Only its author may change a comment.');
  }
  return comment;
}

async function checkParent(ctx: Ctx, target: Target, parentId: unknown): Promise<void> {
  if (parentId === null || parentId === undefined) return;
  const found = await ctx.db.query(
    'SELECT 1 FROM comments WHERE id = $1 AND target_type = $2 AND target_id = $3 AND deleted_at IS NULL',
    [parentId, target.target_type, target.target_id],
  );
  if (found.length === 0) throw fieldError('parent_id', 'not_found', 'No such comment on this record.');
}
