import { loadUserPrincipal } from '../src/auth/principal.ts';
import { findRowAccess } from '../src/auth/scope.ts';
import { companyResource } from '../src/companies/company.resource.ts';
import type { Principal } from '../src/core/ctx.ts';
import type { Connection, Statement } from '../src/core/database.ts';
import { type LeadFacts, scoreLead } from '../src/leads/lead-score.ts';
import { instant } from './sample-rows.ts';
import { FIRST_NAMES, JOBS, LAST_NAMES, SOURCES, slug } from './sample-words.ts';
import { type SampleOptions, SampleWorld } from './sample-world.ts';

const DAY_MS = 86_400_000;
const SCORED_AT_ONCE = 5000;

/** None is converted: what has become of a lead stands in other rows, and those are made without one. */
const STATUSES = [
  ...['new', 'new', 'new', 'contacted', 'contacted', 'qualified', 'qualified'],
  ...['proposal', 'negotiation', 'unqualified', 'lost'],
];

/** The statement that adds the sample leads `from` to `to`, people at companies of the sample whom nobody knows yet. */
export function leadsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'leads');
  const { dice, cities } = world;
  const firstNames = dice.shuffle(FIRST_NAMES, 'first names of leads');
  const lastNames = dice.shuffle(LAST_NAMES, 'last names of leads');
  const first = `(n - 1) % ${firstNames.length}`;
  const last = `((n - 1) / ${firstNames.length} + ((n - 1) % ${firstNames.length}) * 41) % ${lastNames.length}`;
  const round = `nullif((n - 1) / ${firstNames.length * lastNames.length}, 0)`;
  // There are as many companies as leads in every size of the world.
  const employer = `(1 + ${dice.roll('n', 'company', 'n')})`;
  const city = world.cityIndex(employer);
  const made = world.createdMs();
  const oneIn = (count: number, purpose: string) => `${dice.roll('n', purpose, count)} = 0`;
  const status = world.pick(STATUSES, 'status');
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    owner_id: world.owner(),
    assigned_to_id: world.owner(),
    created_by_id: world.owner(),
    tags: world.tags(),
    first_name: world.at(firstNames, first),
    last_name: world.at(lastNames, last),
    email: `CASE WHEN NOT ${oneIn(8, 'no email')} THEN ${world.at(firstNames.map(slug), first)} || '.'
      || ${world.at(lastNames.map(slug), last)} || coalesce((${round} + 1)::text, '') || '@' || ${world.companyDomain(employer)} END`,
    phone: `CASE WHEN NOT ${oneIn(3, 'no phone')} THEN ${world.phone(city, 'phone')} END`,
    company_name: `CASE WHEN NOT ${oneIn(6, 'no company')} THEN ${world.companyName(employer)} END`,
    job_title: `CASE WHEN NOT ${oneIn(5, 'no title')} THEN ${world.pick(
      JOBS.map(([title]) => title),
      'job',
    )} END`,
    lead_source: world.pick(SOURCES, 'source'),
    status,
    priority: world.pick(['low', 'medium', 'medium', 'medium', 'high', 'urgent'], 'priority'),
    estimated_value: `CASE WHEN NOT ${oneIn(4, 'no value')} THEN (1 + ${dice.roll('n', 'value', 400)}) * 125.50 END`,
    currency: world.at(
      cities.map((each) => each.currency),
      city,
    ),
    last_contacted_at: `CASE WHEN ${status} <> 'new' THEN
      ${instant(`(${made} + ${dice.roll('n', 'contacted after', `(${options.asOf.getTime()} - ${made} + 1)`)})`)} END`,
    next_follow_up_at: `CASE WHEN ${status} NOT IN ('unqualified', 'lost') THEN
      ${instant(`(${options.asOf.getTime()} + (${dice.roll('n', 'follow up', 40)} - 10) * ${DAY_MS}::bigint)`)} END`,
  };
  return world.insert('leads', values, from, to);
}

/** Scores those of the sample leads `from` to `to` that have no score yet, which a scored lead never lacks. */
export async function scoreLeads(db: Connection, options: SampleOptions, from: number, to: number): Promise<void> {
  const owners: Principal[] = [];
  // One after another: they may share the connection of a transaction, which runs one statement at a time.
  for (const id of new Set(options.owners)) {
    const loaded = await loadUserPrincipal(db, id);
    if (loaded) owners.push(loaded.principal);
  }
  for (let start = from; start <= to; start += SCORED_AT_ONCE) {
    const facts = await db.query<LeadFacts & { id: string }>(
      factsStatement(options, owners, start, Math.min(start + SCORED_AT_ONCE - 1, to)),
    );
    const scores = facts.map((lead) => scoreLead(lead));
    await db.query(
      `UPDATE leads l SET lead_score = s.score, score_factors = s.factors::jsonb
       FROM unnest($1::uuid[], $2::int[], $3::text[]) AS s (id, score, factors) WHERE l.id = s.id`,
      [
        facts.map(({ id }) => id),
        scores.map(({ score }) => score),
        scores.map(({ factors }) => JSON.stringify(factors)),
      ],
    );
  }
}

/** Nothing is logged on sample leads. Their companies are found as the leads of the application find theirs. */
function factsStatement(options: SampleOptions, owners: Principal[], from: number, to: number): Statement {
  const world = new SampleWorld(options, 'leads');
  const { bind, values } = world.parameters;
  const readable = owners.map((owner) => {
    const access = findRowAccess(owner, companyResource.permissions.view);
    return `l.owner_id = ${bind(owner.user_id)}::uuid AND ${companyResource.scope(access, 'c', bind) ?? 'TRUE'}`;
  });
  // Not the first of a sorted list: for that each lead would have the companies walked through by their age.
  const size = (condition: string) => `(SELECT (array_agg(c.size ORDER BY c.created_at, c.id))[1] FROM companies c
    WHERE ${condition} AND c.deleted_at IS NULL AND c.size IS NOT NULL
      AND (${['FALSE', ...readable].join(' OR ')}))`;
  const text = `SELECT l.id, l.lead_source, l.job_title, l.email, l.phone, l.company_name, 0 AS interactions,
      coalesce(${size("search_words(c.name) = nullif(search_words(l.company_name), '')")},
        ${size("c.domain = split_part(l.email, '@', 2)")}) AS company_size
    FROM generate_series(${bind(from)}::bigint, ${bind(to)}::bigint) AS n
    JOIN leads l ON l.id = ${world.dice.id('n', world.createdMs())} AND l.lead_score = 0`;
  return { text, values };
}
