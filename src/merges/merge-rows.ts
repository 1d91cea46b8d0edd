import type { Ctx } from '../core/ctx.ts';
import { inSavepoint, type Row } from '../core/database.ts';
import { conflict, fieldError, notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { suggestName } from '../core/nearest.ts';
import { readRow } from '../crud/read-rows.ts';
import type { Resource } from '../crud/resource.ts';
import type { EventName } from '../events/catalog.ts';
import { type Changes, record } from '../events/record.ts';
import { type Choices, combineRows } from './combine-rows.ts';
import { type LockedRow, lockRows } from './lock-rows.ts';
import type { MergeRules } from './merge-rules.ts';
import { moveCustomRelations } from './move-custom-relations.ts';
import { moveReferences } from './move-references.ts';
import { countMoved, type Moved } from './moved.ts';
import { settleTree, writeFields } from './write-target.ts';

export interface MergeInput {
  source_ids: string[];
  fields: Choices;
}

export interface MergeResult {
  merge_id: string | null;
  is_preview: boolean;
  target: Row;
  changed_fields: string[];
  sources: { id: string; name: string }[];
  moved: Record<string, number>;
}

/**
 * Makes one row of several: the target takes over what it lacks and everything that names the sources, which go to the
 * trash. Throws 404 and 400 for rows out of reach, 409 for those that somebody has merged meanwhile.
 */
export async function mergeRows(ctx: Ctx, rules: MergeRules, id: string, input: MergeInput): Promise<MergeResult> {
  const { resource } = rules;
  const sourceIds = input.source_ids;
  if (sourceIds.includes(id)) {
    throw fieldError(`source_ids.${sourceIds.indexOf(id)}`, 'invalid', `A ${resource.noun} is not merged into itself.`);
  }
  checkChoices(resource, [id, ...sourceIds], input.fields);
  const locked = await lockRows(ctx, resource, [id, ...sourceIds]);
  const target = requireTarget(resource, locked.get(id));
  const sources = sourceIds.map((each, index) => requireSource(resource, locked.get(each), index));

  const moved = {
    ...(await moveReferences(ctx, resource, id, sourceIds)),
    ...(await moveCustomRelations(ctx, resource, id, sourceIds)),
  };
  const changes = combineRows(rules, [target.row, ...sources.map(({ row }) => row)], input.fields);
  await settleTree(ctx, resource, target.row, changes, input.fields);
  const mergeId = newId();
  // First the sources: what is unique among the living goes over to the target.
  await trashSources(ctx, resource, target, sources, mergeId);
  const version = await writeFields(ctx, resource, id, afterOf(changes));
  await ctx.db.query(
    `INSERT INTO merges (id, created_by_id, noun, target_id, source_ids, before, changes, moved)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      mergeId,
      ctx.principal.user_id,
      resource.noun,
      id,
      sourceIds,
      JSON.stringify(Object.fromEntries([target, ...sources].map((each) => [each.id, each.row]))),
      JSON.stringify(changes),
      JSON.stringify(moved),
    ],
  );
  return finish(ctx, resource, { mergeId, target, sources, moved, changes, version });
}

/** Says what a merge would do. It is done and undone, so nothing else can come of it later. */
export async function previewMerge(ctx: Ctx, merge: (ctx: Ctx) => Promise<MergeResult>): Promise<MergeResult> {
  let result: MergeResult | undefined;
  const isDone = new Error('The preview is undone.');
  const silent: Ctx = { ...ctx, afterCommit: () => undefined };
  await inSavepoint(ctx.db, async () => {
    result = await merge(silent);
    throw isDone;
  }).catch((error) => {
    if (error !== isDone) throw error;
  });
  return { ...(result as MergeResult), merge_id: null, is_preview: true };
}

function checkChoices(resource: Resource, ids: string[], choices: Choices): void {
  const fields = Object.keys(resource.write).filter((field) => resource.columns.has(field));
  for (const [field, id] of Object.entries(choices)) {
    if (!fields.includes(field)) {
      throw fieldError(`fields.${field.slice(0, 80)}`, 'unknown_field', `Unknown field.${suggestName(field, fields)}`);
    }
    if (!ids.includes(id)) {
      throw fieldError(`fields.${field}`, 'invalid_choice', 'Give the id of one of the rows that are merged.');
    }
  }
}

function requireTarget({ noun }: Resource, row: LockedRow | undefined): LockedRow {
  if (row?.merged_into_id) throw conflict(`This ${noun} was merged into another one.`);
  if (!row || row.deleted_at) throw notFound(noun);
  return row;
}

function requireSource({ noun }: Resource, row: LockedRow | undefined, index: number): LockedRow {
  if (row?.merged_into_id) throw conflict(`The ${noun} ${row.label} was merged already.`);
  if (!row || row.deleted_at) throw fieldError(`source_ids.${index}`, 'not_found', `No such ${noun}.`);
  return row;
}

async function trashSources(
  ctx: Ctx,
  { plural, noun }: Resource,
  target: LockedRow,
  sources: LockedRow[],
  merge_id: string,
): Promise<void> {
  await ctx.db.query(
    `UPDATE ${plural} SET deleted_at = now(), merged_into_id = $2, updated_at = now(), version = version + 1
     WHERE id = ANY($1::uuid[])`,
    [sources.map(({ id }) => id), target.id],
  );
  for (const { id, row, label } of sources) {
    const subject = { type: noun, id, version: Number(row.version) + 1, label };
    await record(ctx, `${noun}.deleted` as EventName, subject, { metadata: { merged_into_id: target.id, merge_id } });
  }
}

interface Done {
  mergeId: string;
  target: LockedRow;
  sources: LockedRow[];
  moved: Moved;
  changes: Changes;
  version: number;
}

async function finish(ctx: Ctx, resource: Resource, done: Done): Promise<MergeResult> {
  const { mergeId, target, sources, changes, version } = done;
  const named = sources.map(({ id, label }) => ({ id, name: label }));
  const moved = countMoved(done.moved);
  const subject = { type: resource.noun, id: target.id, version, label: target.label };
  const metadata = { merge_id: mergeId, source_ids: sources.map(({ id }) => id), moved };
  await record(ctx, `${resource.noun}.merged` as EventName, subject, { changes, metadata });
  return {
    merge_id: mergeId,
    is_preview: false,
    target: await readRow(ctx, resource, target.id),
    changed_fields: Object.keys(changes),
    sources: named,
    moved,
  };
}

function afterOf(changes: Changes): Row {
  return Object.fromEntries(Object.entries(changes).map(([field, [, after]]) => [field, after]));
}
