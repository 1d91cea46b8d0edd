import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import type { Resource } from '../crud/resource.ts';
import type { Changes } from '../events/record.ts';
import type { Choices } from './combine-rows.ts';

/** Writes fields as JSON holds them. The version grows even where none changes: other rows have come or gone. */
export async function writeFields(ctx: Ctx, { plural }: Resource, id: string, fields: Row): Promise<number> {
  const sets = Object.keys(fields).map((field) => `${field} = r.${field}`);
  const [written] = await ctx.db.query<{ version: number }>(
    `UPDATE ${plural} t SET ${[...sets, 'updated_at = now()', 'version = t.version + 1'].join(', ')}
     FROM jsonb_populate_record(NULL::${plural}, $2) r WHERE t.id = $1 RETURNING t.version`,
    [id, JSON.stringify(fields)],
  );
  return written?.version ?? 0;
}

/** The columns by which rows of this resource stand above one another. */
export function treeColumns({ plural, relations }: Resource): string[] {
  return Object.values(relations)
    .filter(({ target }) => target().plural === plural)
    .map(({ column }) => column);
}

/** Whether the way up from a row comes to `id`. */
export async function leadsTo(
  ctx: Ctx,
  { plural }: Resource,
  column: string,
  from: unknown,
  id: string,
): Promise<boolean> {
  const found = await ctx.db.query(
    `WITH RECURSIVE above AS (
       SELECT id, ${column} AS up FROM ${plural} WHERE id = $1
       UNION SELECT t.id, t.${column} FROM ${plural} t JOIN above a ON t.id = a.up)
     SELECT 1 FROM above WHERE id = $2`,
    [from, id],
  );
  return found.length > 0;
}

/**
 * The target has the rows below its sources by now, and what it takes over from above may stand below it.
 * A place that nobody chose is left empty then. Throws 400 for one that was chosen.
 */
export async function settleTree(ctx: Ctx, resource: Resource, target: Row, changes: Changes, choices: Choices) {
  for (const column of treeColumns(resource)) {
    const above = changes[column] ? changes[column][1] : target[column];
    if (above === null || !(await leadsTo(ctx, resource, column, above, String(target.id)))) continue;
    if (choices[column]) throw fieldError(`fields.${column}`, 'cycle', `A ${resource.noun} cannot stand above itself.`);
    changes[column] = [target[column], null];
  }
}
