import { isDeepStrictEqual } from 'node:util';
import { loadUserPrincipal } from '../auth/principal.ts';
import { companyResource } from '../companies/company.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { record } from '../events/record.ts';
import { leadResource } from './lead.resource.ts';
import { COUNTED_INTERACTIONS, type LeadFacts, scoreLead } from './lead-score.ts';

/** The columns that carry the score of a lead. */
export interface Scored {
  lead_score: number;
  score_factors: unknown[];
}

/**
 * Scores a lead as it is or is about to be, the same whoever asks. A lead without an id is new, and nothing was logged
 * on it yet.
 */
export async function computeScore(ctx: Ctx, lead: Row): Promise<Scored> {
  const text = (name: string) => (typeof lead[name] === 'string' ? (lead[name] as string) : null);
  const facts: LeadFacts = {
    lead_source: text('lead_source') ?? 'website',
    company_size: await findCompanySize(ctx, text('owner_id'), text('company_name'), text('email')),
    interactions: lead.id ? await countInteractions(ctx, String(lead.id)) : 0,
    job_title: text('job_title'),
    email: text('email'),
    phone: text('phone'),
    company_name: text('company_name'),
  };
  const { score, factors } = scoreLead(facts);
  return { lead_score: score, score_factors: factors };
}

/**
 * Scores a lead anew after something was logged on it. The lead is locked first, so that of two calls logged at once
 * the second counts both. A converted one keeps the score with which it was won.
 */
export async function rescoreLead(ctx: Ctx, id: string): Promise<void> {
  const [lead] = await ctx.db.query(
    prepared(`SELECT *, ${leadResource.label('t')} AS _label FROM leads t WHERE t.id = $1 FOR UPDATE`, [id]),
  );
  if (!lead || lead.status === 'converted') return;
  const scored = await computeScore(ctx, lead);
  const old: Scored = { lead_score: lead.lead_score as number, score_factors: lead.score_factors as unknown[] };
  if (isDeepStrictEqual(old, scored)) return;
  const version = Number(lead.version) + 1;
  await ctx.db.query(
    'UPDATE leads SET lead_score = $2, score_factors = $3, updated_at = now(), version = $4 WHERE id = $1',
    [id, scored.lead_score, JSON.stringify(scored.score_factors), version],
  );
  const subject = { type: 'lead', id, version, label: String(lead._label) };
  const changes: Record<string, [unknown, unknown]> = {
    score_factors: [old.score_factors, scored.score_factors],
  };
  if (old.lead_score !== scored.lead_score) changes.lead_score = [old.lead_score, scored.lead_score];
  await record(ctx, 'lead.updated', subject, { changes });
}

async function countInteractions(ctx: Ctx, id: string): Promise<number> {
  const [row] = await ctx.db.query<{ count: number }>(
    prepared(
      `SELECT count(*) AS count FROM (SELECT 1 FROM activities WHERE target_type = 'lead' AND target_id = $1
         AND type IS NOT NULL AND deleted_at IS NULL LIMIT ${COUNTED_INTERACTIONS}) AS logged`,
      [id],
    ),
  );
  return row?.count ?? 0;
}

/**
 * The size of the company of this name, or else of the one whose domain the address has, among those that the owner of
 * the lead may read: were they those of whoever writes, an admin's note would tell the owner of a company that is not
 * theirs, and the next write would take the points away again.
 */
async function findCompanySize(
  ctx: Ctx,
  ownerId: string | null,
  name: string | null,
  email: string | null,
): Promise<string | null> {
  if (!ownerId || (!name && !email)) return null;
  const owner = await readAs(ctx, ownerId);
  if (!owner) return null;
  const { values, bind } = new Parameters();
  const readable = scopeCondition(owner, companyResource, companyResource.permissions.view, 't', bind);
  const isNamed = `search_words(t.name) = nullif(search_words(${bind(name)}), '')`;
  const [company] = await ctx.db.query<{ size: string }>(
    prepared(
      `SELECT t.size FROM companies t
       WHERE (${isNamed} OR t.domain = ${bind(email?.split('@')[1] ?? null)}) AND t.deleted_at IS NULL
         AND t.size IS NOT NULL AND ${readable}
       ORDER BY (${isNamed}) DESC NULLS LAST, t.created_at, t.id LIMIT 1`,
      values,
    ),
  );
  return company?.size ?? null;
}

async function readAs(ctx: Ctx, userId: string): Promise<Ctx | null> {
  if (userId === ctx.principal.user_id) return ctx;
  const loaded = await loadUserPrincipal(ctx.db, userId);
  return loaded && { ...ctx, principal: loaded.principal };
}
