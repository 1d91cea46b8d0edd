import { z } from 'zod';
import { contactScope } from '../contacts/contact.scope.ts';
import type { ComputedField, Scoped } from '../crud/resource.ts';
import { dealScope } from '../deals/deal.scope.ts';

/** What is added up over the rows of other tables that belong to a company, of which a reader sees their own. */

function overContacts(alias: string, scoped: Scoped, what: string): string {
  return `(SELECT ${what} FROM contacts c WHERE c.company_id = ${alias}.id AND c.deleted_at IS NULL
    AND ${scoped(contactScope, 'view_contacts', 'c')})`;
}

function overDeals(alias: string, scoped: Scoped, what: string): string {
  return `(SELECT ${what} FROM deals d WHERE d.company_id = ${alias}.id AND d.deleted_at IS NULL
    AND ${scoped(dealScope, 'view_deals', 'd')})`;
}

/** Of the deals in the company's own currency: different ones cannot be added up. */
function value(alias: string, status: 'open' | 'won'): string {
  return `coalesce(sum(d.amount) FILTER (WHERE d.status = '${status}' AND d.currency = ${alias}.currency), 0)`;
}

const WORTH_HALF = 10_000;
const share = (sum: string) => `${sum} / (${sum} + ${WORTH_HALF})`;

/** 1 within a week of the last contact, falling evenly to 0 on the 90th day. */
const recency = `greatest(least(coalesce((90 - extract(epoch FROM now() - max(c.last_contacted_at)) / 86400) / 83, 0), 1), 0)`;

export const companyFigures: Record<string, ComputedField> = {
  contacts_count: {
    schema: z.number().int(),
    sql: (alias, scoped) => overContacts(alias, scoped, 'count(*)'),
  },
  deals_count: {
    schema: z.number().int(),
    sql: (alias, scoped) => overDeals(alias, scoped, 'count(*)'),
  },
  open_deals_value: {
    schema: z.number().describe('Of the open deals in the company’s currency'),
    sql: (alias, scoped) => overDeals(alias, scoped, value(alias, 'open')),
  },
  total_revenue: {
    schema: z.number().describe('Of the won deals in the company’s currency'),
    sql: (alias, scoped) => overDeals(alias, scoped, value(alias, 'won')),
  },
  health_score: {
    schema: z
      .number()
      .int()
      .describe(
        '0 to 100: up to 40 for the last contact (all of it within 7 days, none after 90), up to 30 for open deals ' +
          'and up to 30 for revenue (half of that at 10,000)',
      ),
    sql: (alias, scoped) => `round(40 * ${overContacts(alias, scoped, recency)}
      + 30 * ${overDeals(alias, scoped, `${share(value(alias, 'open'))} + ${share(value(alias, 'won'))}`)})::int`,
  },
};
