import type { Ctx } from '../core/ctx.ts';
import type { Resource } from '../crud/resource.ts';
import { type Reference, referencesTo } from '../references.ts';
import type { Moved } from './moved.ts';

/** Lets everything that names one of the sources name the target, in the trash too. Answers what has moved. */
export async function moveReferences(
  ctx: Ctx,
  resource: Resource,
  targetId: string,
  sourceIds: string[],
): Promise<Moved> {
  const moved: Moved = {};
  for (const reference of referencesTo(resource)) {
    const rows = await ctx.db.query<{ source: string; ids: string[] }>(moveText(resource, reference), [
      targetId,
      sourceIds,
    ]);
    if (rows.length > 0) {
      moved[placeOf(reference)] = Object.fromEntries(rows.map(({ source, ids }) => [source, ids]));
    }
  }
  return moved;
}

/** Lets what a merge has moved name its source again, unless it names something else by now. Answers what has moved. */
export async function moveBack(ctx: Ctx, resource: Resource, targetId: string, moved: Moved): Promise<Moved> {
  const back: Moved = {};
  for (const reference of referencesTo(resource)) {
    const place = placeOf(reference);
    for (const [source, ids] of Object.entries(moved[place] ?? {})) {
      const rows = await ctx.db.query<{ id: string }>(moveBackText(resource, reference), [source, ids, targetId]);
      back[place] = { ...back[place], [source]: rows.map(({ id }) => id) };
    }
  }
  return back;
}

function placeOf({ table, column }: Reference): string {
  return `${table}.${column}`;
}

/** Where a row is unique, that of the target stays, and of several sources' the first goes over. */
function moveText(resource: Resource, reference: Reference): string {
  const { table, column, uniqueWith = [], key = 'id' } = reference;
  const conditions = [`t.${column} = ANY($2::uuid[])`, isOfKind(resource, reference, 't')];
  // Rows that are merged themselves keep what they name.
  if (table === resource.plural) conditions.push('t.id <> ALL($2::uuid[])', 't.id <> $1');
  let distinct = '';
  if (uniqueWith.length > 0) {
    const same = uniqueWith.map((each) => `o.${each} = t.${each}`).join(' AND ');
    conditions.push(
      `NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.${column} = $1 AND ${same} AND ${isOfKind(resource, reference, 'o')})`,
    );
    distinct = `DISTINCT ON (${uniqueWith.map((each) => `t.${each}`).join(', ')})`;
  }
  return `WITH old AS (SELECT ${distinct} t.${key} AS key, t.${column} AS source FROM ${table} t WHERE ${conditions.join(' AND ')}),
    done AS (UPDATE ${table} t SET ${column} = $1${touch(reference)} FROM old
      WHERE t.${key} = old.key AND t.${column} = old.source RETURNING old.key, old.source)
    SELECT source, array_agg(key ORDER BY key) AS ids FROM done GROUP BY source`;
}

function moveBackText(resource: Resource, reference: Reference): string {
  const { table, column, key = 'id' } = reference;
  return `UPDATE ${table} t SET ${column} = $1${touch(reference)}
    WHERE t.${key} = ANY($2::uuid[]) AND t.${column} = $3 AND ${isOfKind(resource, reference, 't')} RETURNING t.${key} AS id`;
}

function isOfKind({ noun }: Resource, { kindColumn }: Reference, alias: string): string {
  return kindColumn ? `${alias}.${kindColumn} = '${noun}'` : 'TRUE';
}

function touch({ isLink }: Reference): string {
  return isLink ? '' : ', version = t.version + 1, updated_at = now()';
}
