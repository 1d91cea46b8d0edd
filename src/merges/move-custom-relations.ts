import type { Ctx } from '../core/ctx.ts';
import type { Resource } from '../crud/resource.ts';
import type { Moved } from './moved.ts';

/** A custom field whose values are ids of rows of one noun. */
interface CustomRelation {
  table: string;
  name: string;
  is_unique: boolean;
}

/** As {@link moveReferences}, for the fields that the installation has defined, archived ones too. */
export async function moveCustomRelations(
  ctx: Ctx,
  resource: Resource,
  targetId: string,
  sourceIds: string[],
): Promise<Moved> {
  const moved: Moved = {};
  for (const relation of await listRelations(ctx, resource)) {
    const rows = await ctx.db.query<{ source: string; ids: string[] }>(moveText(resource, relation), [
      targetId,
      sourceIds,
    ]);
    if (rows.length > 0) moved[placeOf(relation)] = Object.fromEntries(rows.map(({ source, ids }) => [source, ids]));
  }
  return moved;
}

/** As {@link moveBack}. */
export async function moveCustomRelationsBack(
  ctx: Ctx,
  resource: Resource,
  targetId: string,
  moved: Moved,
): Promise<Moved> {
  const back: Moved = {};
  for (const relation of await listRelations(ctx, resource)) {
    const place = placeOf(relation);
    for (const [source, ids] of Object.entries(moved[place] ?? {})) {
      const rows = await ctx.db.query<{ id: string }>(moveBackText(relation), [source, ids, targetId]);
      back[place] = { ...back[place], [source]: rows.map(({ id }) => id) };
    }
  }
  return back;
}

function listRelations(ctx: Ctx, { plural }: Resource): Promise<CustomRelation[]> {
  return ctx.db.query<CustomRelation>(
    `SELECT entity AS table, name, "unique" AS is_unique FROM custom_fields
     WHERE field_type = 'relation' AND options ->> 'entity' = $1 AND purge_requested_at IS NULL ORDER BY entity, name`,
    [plural],
  );
}

function placeOf({ table, name }: CustomRelation): string {
  return `${table}.custom_fields.${name}`;
}

/** Where values are unique, the row that names the target stays, and otherwise one goes over: a living one, if any. */
function moveText({ plural }: Resource, { table, name, is_unique }: CustomRelation): string {
  const conditions = [`t.custom_fields ->> '${name}' = ANY($2::text[])`];
  // Rows that are merged themselves keep what they name.
  if (table === plural) conditions.push('t.id::text <> ALL($2::text[])', 't.id::text <> $1');
  if (is_unique) conditions.push(`NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.custom_fields ->> '${name}' = $1)`);
  const first = is_unique ? 'ORDER BY t.deleted_at IS NOT NULL, t.id LIMIT 1' : '';
  return `WITH old AS (SELECT t.id, t.custom_fields ->> '${name}' AS source FROM ${table} t
      WHERE ${conditions.join(' AND ')} ${first}),
    done AS (UPDATE ${table} t SET ${setText(name)} FROM old
      WHERE t.id = old.id AND t.custom_fields ->> '${name}' = old.source RETURNING old.id, old.source)
    SELECT source, array_agg(id ORDER BY id) AS ids FROM done GROUP BY source`;
}

function moveBackText({ table, name }: CustomRelation): string {
  return `UPDATE ${table} t SET ${setText(name)}
    WHERE t.id = ANY($2::uuid[]) AND t.custom_fields ->> '${name}' = $3 RETURNING t.id`;
}

function setText(name: string): string {
  return `custom_fields = t.custom_fields || jsonb_build_object('${name}', $1::text),
    version = t.version + 1, updated_at = now()`;
}
