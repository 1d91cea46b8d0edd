import type { Ctx } from '../core/ctx.ts';
import { AppError, fieldError } from '../core/errors.ts';
import { suggestName } from '../core/nearest.ts';
import { compileFilter, type Filter, parseFilter } from '../crud/filters.ts';
import { Parameters } from '../crud/select.ts';
import { explainError } from '../http/error-handler.ts';
import { leadResource } from '../leads/lead.resource.ts';

export type Criteria = Record<string, string | number | boolean>;

/** Reads criteria by the grammar of the list of leads. Throws a 400 that says what is wrong. */
export function parseCriteria(criteria: Criteria): Filter[] {
  return Object.entries(criteria).map(([name, value]) => parseCriterion(name, value));
}

function parseCriterion(name: string, value: unknown): Filter {
  const filter = parseFilter(leadResource, name, String(value));
  if (filter) return filter;
  const shown = name.slice(0, 80);
  const hint = suggestName(name, leadResource.filters);
  throw fieldError(shown, 'unknown_field', `Leads have no filter ${shown}.${hint}`);
}

/**
 * Throws a 400 at the criterion that cannot be read or that the database cannot compare, such as a day in the year 0.
 * Each is tried over no row: found at the next lead, the fault would be told to whoever creates that.
 */
export async function checkCriteria(ctx: Ctx, criteria: Criteria): Promise<void> {
  for (const [name, value] of Object.entries(criteria)) {
    try {
      const { values, bind } = new Parameters();
      const condition = compileFilter(ctx, leadResource, parseCriterion(name, value), 't', bind);
      await ctx.db.query(`SELECT 1 FROM leads t WHERE t.id IS NULL AND (${condition})`, values);
    } catch (error) {
      const known = explainError(error);
      if (!(known instanceof AppError) || known.status !== 400) throw error;
      const [fault] = known.errors ?? [];
      throw fieldError(`criteria.${name.slice(0, 80)}`, fault?.code ?? 'invalid', fault?.message ?? known.message);
    }
  }
}
