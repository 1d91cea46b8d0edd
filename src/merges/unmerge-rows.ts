import { isDeepStrictEqual } from 'node:util';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, duplicate, notFound } from '../core/errors.ts';
import { readRow } from '../crud/read-rows.ts';
import type { Resource } from '../crud/resource.ts';
import type { EventName } from '../events/catalog.ts';
import { type Changes, record } from '../events/record.ts';
import { type LockedRow, lockRows } from './lock-rows.ts';
import type { Merge } from './merge.entity.ts';
import { moveCustomRelationsBack } from './move-custom-relations.ts';
import { moveBack } from './move-references.ts';
import { countMoved } from './moved.ts';
import { leadsTo, treeColumns, writeFields } from './write-target.ts';

export interface UnmergeResult {
  merge_id: string;
  target: Row;
  restored: { id: string; name: string }[];
  moved_back: Record<string, number>;
  kept_fields: string[];
}

/**
 * Takes a merge back whole: the sources return, with what went over from them and still names the target. Fields of
 * the target return to what they were unless somebody has changed them since. Throws 404, 403, and 409 when it was
 * taken back already, a source is gone for good or what is unique was taken meanwhile.
 */
export async function unmergeRows(ctx: Ctx, resource: Resource, id: string, mergeId?: string): Promise<UnmergeResult> {
  const merge = await lockMerge(ctx, resource, id, mergeId);
  const locked = await lockRows(ctx, resource, [id, ...merge.source_ids]);
  const target = locked.get(id);
  if (!target || target.deleted_at) throw notFound(resource.noun);
  const sources = merge.source_ids.map((each) => requireMerged(resource, locked.get(each), id));

  const { fields, kept } = fieldsBefore(merge, target.row);
  const version = await writeFields(ctx, resource, id, fields);
  await refuseTaken(ctx, resource, sources);
  await ctx.db.query(
    `UPDATE ${resource.plural} SET deleted_at = NULL, merged_into_id = NULL, updated_at = now(), version = version + 1
     WHERE id = ANY($1::uuid[])`,
    [merge.source_ids],
  );
  const moved_back = countMoved({
    ...(await moveBack(ctx, resource, id, merge.moved)),
    ...(await moveCustomRelationsBack(ctx, resource, id, merge.moved)),
  });
  await refuseCycles(ctx, resource, [id, ...merge.source_ids]);
  await ctx.db.query('UPDATE merges SET undone_at = now(), undone_by_id = $2 WHERE id = $1', [
    merge.id,
    ctx.principal.user_id,
  ]);

  const restored = sources.map((source) => ({ id: source.id, name: source.label }));
  for (const source of sources) {
    const subject = {
      type: resource.noun,
      id: source.id,
      version: Number(source.row.version) + 1,
      label: source.label,
    };
    await record(ctx, `${resource.noun}.restored` as EventName, subject, { metadata: { merge_id: merge.id } });
  }
  const subject = { type: resource.noun, id, version, label: target.label };
  const changes: Changes = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, [target.row[field], value]]),
  );
  const metadata = { merge_id: merge.id, source_ids: merge.source_ids, moved: moved_back };
  await record(ctx, `${resource.noun}.unmerged` as EventName, subject, { changes, metadata });
  return { merge_id: merge.id, target: await readRow(ctx, resource, id), restored, moved_back, kept_fields: kept };
}

/** The merge that is meant, the latest unless told. */
async function lockMerge(ctx: Ctx, resource: Resource, id: string, mergeId: string | undefined): Promise<Merge> {
  await readRow(ctx, resource, id, { fields: ['id'] });
  const [merge] = await ctx.db.query<Merge>(
    `SELECT * FROM merges WHERE noun = $1 AND target_id = $2 AND ($3::uuid IS NULL OR id = $3)
     ORDER BY undone_at IS NULL DESC, id DESC LIMIT 1 FOR UPDATE`,
    [resource.noun, id, mergeId ?? null],
  );
  if (!merge && mergeId) throw notFound('merge');
  if (!merge) throw conflict(`Nothing was merged into this ${resource.noun}.`);
  if (merge.undone_at) throw conflict('This merge was taken back already.');
  return merge;
}

function requireMerged({ noun }: Resource, source: LockedRow | undefined, targetId: string): LockedRow {
  if (!source) throw conflict(`A ${noun} that was merged is gone for good or out of your reach.`);
  if (!source.deleted_at || source.merged_into_id !== targetId) {
    throw conflict(`The ${noun} ${source.label} is no longer merged into this one.`);
  }
  return source;
}

function fieldsBefore({ changes }: Merge, now: Row): { fields: Row; kept: string[] } {
  const fields: Row = {};
  const kept: string[] = [];
  for (const [field, [before, after]] of Object.entries(changes)) {
    if (isDeepStrictEqual(now[field], after)) fields[field] = before;
    else kept.push(field);
  }
  return { fields, kept };
}

/** What is unique may belong to another by now: to the target, if it was changed since, or to anybody. */
async function refuseTaken(ctx: Ctx, { plural, noun, unique }: Resource, sources: LockedRow[]): Promise<void> {
  for (const field of unique) {
    const [taken] = await ctx.db.query(
      `SELECT 1 FROM ${plural} WHERE deleted_at IS NULL AND ${field} = ANY($1) LIMIT 1`,
      [sources.map(({ row }) => row[field]).filter((value) => value !== null)],
    );
    if (taken) throw duplicate(field, `The ${field} of a ${noun} that was merged belongs to another one by now.`);
  }
}

/** The tree may have been changed since so that what returns would close a ring. */
async function refuseCycles(ctx: Ctx, resource: Resource, ids: string[]): Promise<void> {
  for (const column of treeColumns(resource)) {
    for (const id of ids) {
      const [row] = await ctx.db.query(`SELECT ${column} AS up FROM ${resource.plural} WHERE id = $1`, [id]);
      if (row?.up && (await leadsTo(ctx, resource, column, row.up, id))) {
        throw conflict(`Taken back, a ${resource.noun} would stand above itself. Change ${column} first.`);
      }
    }
  }
}
