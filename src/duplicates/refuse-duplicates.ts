import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row, type Statement } from '../core/database.ts';
import { AppError, type Candidate } from '../core/errors.ts';
import type { CrudService } from '../crud/crud-service.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { appliesTo, type DuplicateRules, isComparable, isDismissed } from './duplicate-rules.ts';

const MOST_CANDIDATES = 10;

/**
 * The same service, which refuses a row that is likely there already unless `allowDuplicate` says that it is meant.
 * The check follows the write, so that it compares what the database made of the input; a refusal undoes the write.
 */
export function refusingDuplicates(service: CrudService, rules: DuplicateRules): CrudService {
  return {
    ...service,
    create: async (ctx, input, options) => {
      const row = await service.create(ctx, input, options);
      if (!options?.allowDuplicate) await refuseDuplicates(ctx, rules, row);
      return row;
    },
    update: async (ctx, id, input, options) => {
      const concerning = [...rules.fields, ...Object.keys(service.resource.extraInput ?? {})];
      const isConcerned = concerning.some((field) => input[field] !== undefined);
      if (options?.allowDuplicate || !isConcerned) return service.update(ctx, id, input, options);
      const before = await service.read(ctx, id, { fields: ['id', ...rules.fields] });
      const row = await service.update(ctx, id, input, options);
      if (hasChanged(rules, before, row)) await refuseDuplicates(ctx, rules, row);
      return row;
    },
  };
}

function hasChanged({ fields }: DuplicateRules, before: Row, after: Row): boolean {
  return fields.some((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** Throws 409 `duplicate` with the rows that the caller may read; those that they may not read are not told of. */
async function refuseDuplicates(ctx: Ctx, rules: DuplicateRules, row: Row): Promise<void> {
  const applicable = limitTo(rules, row);
  // Of two alike that are written at once, neither sees the other until it is committed.
  if (applicable.likenesses.length > 0) await ctx.db.query(prepared(lockText(applicable), [row.id]));
  if (applicable.likenesses.length + applicable.comparisons.length === 0) return;
  const candidates = await ctx.db.query<Candidate>(duplicatesStatement(ctx, applicable, String(row.id)));
  const [first] = candidates;
  if (!first) return;
  const reasons = first.reasons.map((reason) => `same ${reason.replaceAll('_', ' ')}`).join(', ');
  throw new AppError({
    status: 409,
    code: 'duplicate',
    title: 'Duplicate',
    detail: `This looks like the ${rules.resource.noun} ${first.name}, which is there already (${reasons}). If another is meant, send X-Allow-Duplicate: true.`,
    extra: { candidates },
  });
}

/** The rules that can find anything for this row: many a contact has an address and neither number nor company. */
function limitTo(rules: DuplicateRules, row: Row): DuplicateRules {
  return {
    ...rules,
    likenesses: rules.likenesses.filter((each) => !each.isScanOnly && appliesTo(each, row)),
    comparisons: rules.comparisons.filter((each) => appliesTo(each, row)),
  };
}

/** One lock for each likeness of the row, in one order for all. */
function lockText({ resource, likenesses }: DuplicateRules): string {
  const keys = likenesses.map(
    ({ reason, columns }) =>
      `'${resource.noun} ${reason} ' || ${columns.map((each) => `n.${each}`).join(" || '/' || ")}`,
  );
  return `SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (
    SELECT DISTINCT unnest(ARRAY[${keys.join(', ')}]) AS key FROM ${resource.plural} n WHERE n.id = $1 ORDER BY 1) k
    WHERE key IS NOT NULL`;
}

/** The living rows that a written one is likely the same as, as far as the caller may read them. */
export function duplicatesStatement(ctx: Ctx, rules: DuplicateRules, id: string): Statement {
  const { resource, likenesses, comparisons } = rules;
  const { plural, noun, permissions, label } = resource;
  const { values, bind } = new Parameters();
  const branches = [
    ...likenesses
      .filter(({ isScanOnly }) => !isScanOnly)
      .map(({ reason, columns }) => ({
        reason,
        condition: columns.map((each) => `o.${each} = n.${each} AND ${isComparable(each, 'o')}`).join(' AND '),
      })),
    ...comparisons.map(({ reason, condition }) => ({ reason, condition: condition('n', 'o') })),
  ];
  const readable = scopeCondition(ctx, resource, permissions.view, 'o', bind);
  // All of it stands in each branch: joined to the table once more, the guess that an address is found in one row of a
  // hundred would make PostgreSQL read the whole of it.
  const found = branches.map(
    ({ reason, condition }) =>
      `SELECT o.id, ${label('o')} AS name, '${reason}' AS reason FROM ${plural} o
       WHERE ${condition} AND o.deleted_at IS NULL AND o.id <> n.id AND ${readable}`,
  );
  const text = `SELECT m.id, m.name, array_agg(DISTINCT m.reason) AS reasons
    FROM ${plural} n CROSS JOIN LATERAL (${found.join(' UNION ALL ')}) m
    WHERE n.id = ${bind(id)} AND NOT ${isDismissed(noun, 'n.id', 'm.id')}
    GROUP BY m.id, m.name ORDER BY m.id LIMIT ${MOST_CANDIDATES}`;
  return prepared(text, values);
}
