import type { Statement } from '../src/core/database.ts';
import { instant } from './sample-rows.ts';
import { DEAL_SUBJECTS, LOST_REASONS, PRODUCTS, slug } from './sample-words.ts';
import { type SampleOptions, SampleWorld } from './sample-world.ts';

const DAY_MS = 86_400_000;

/** Where deals stand: each as often as its share of a young pipeline, three in ten won and two lost. */
const STAGES = [
  ...['prospecting', 'prospecting', 'prospecting', 'qualification', 'qualification', 'qualification'],
  ...['proposal', 'proposal', 'negotiation', 'negotiation'],
  ...['closed_won', 'closed_won', 'closed_won', 'closed_won', 'closed_won', 'closed_won'],
  ...['closed_lost', 'closed_lost', 'closed_lost', 'closed_lost'],
];

/** The statement that adds the sample products `from` to `to`. */
export function productsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'products');
  const names = PRODUCTS.map(([name]) => name);
  const made = world.createdMs();
  const values = {
    id: world.dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    name: world.at(names, '(n - 1)'),
    sku: `${world.at(names.map(slug), '(n - 1)')} || '-' || n`,
    price: world.at(
      PRODUCTS.map(([, price]) => price),
      '(n - 1)',
      'numeric',
    ),
    category: world.at(
      PRODUCTS.map(([, , category]) => category),
      '(n - 1)',
    ),
  };
  return world.insert('products', values, from, to);
}

/** When deal `n` was made, and when it came to where it stands. */
function deadlines(world: SampleWorld, asOf: Date) {
  const made = world.createdMs();
  const cycle = `(5 + ${world.dice.roll('n', 'cycle', 80)}) * ${DAY_MS}::bigint`;
  return { made, settled: `least(${made} + ${cycle}, ${asOf.getTime()})` };
}

/** The statement that adds the sample deals `from` to `to`, with companies that are there already. */
export function dealsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'deals');
  const { dice, cities } = world;
  const { made, settled } = deadlines(world, options.asOf);
  // Among the companies up to this deal's own size of the world: there are three for every two deals less.
  const customer = `(1 + ${dice.roll('n', 'company', '((n * 2 + 2) / 3)')})`;
  const city = world.cityIndex(customer);
  const subject = world.pick(DEAL_SUBJECTS, 'subject');
  const name = `coalesce(c.name || ': ', '') || ${subject}`;
  const ends = `${made} + (20 + ${dice.roll('n', 'expected', 100)}) * ${DAY_MS}::bigint`;
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(settled),
    owner_id: world.owner(),
    assigned_to_id: world.owner(),
    created_by_id: world.owner(),
    tags: world.tags(),
    name,
    search_vector: `setweight(to_tsvector('simple', search_words(${name})), 'A')
      || to_tsvector('simple', coalesce(search_words(c.name), ''))`,
    amount: `(1 + ${dice.roll('n', 'amount', 400)}) * 125.50`,
    currency: world.at(
      cities.map((each) => each.currency),
      city,
    ),
    pipeline_id: 's.pipeline_id',
    stage_id: 's.id',
    stage: 's.key',
    status: 's.status',
    probability: 's.probability',
    contact_id: 'k.id',
    company_id: 'c.id',
    expected_close_date: `(${instant(ends)})::date`,
    closed_at: `CASE WHEN s.status <> 'open' THEN ${instant(settled)} END`,
    lost_reason: `CASE WHEN s.status = 'lost' THEN ${world.pick(LOST_REASONS, 'lost reason')} END`,
    stage_entered_at: instant(settled),
    forecast_category: `CASE WHEN s.status = 'open' THEN ${world.pick(
      ['pipeline', 'pipeline', 'best_case', 'commit'],
      'forecast',
    )} WHEN s.status = 'won' THEN 'commit' ELSE 'omitted' END`,
    board_position: 'n::double precision',
  };
  const join = `JOIN pipelines p ON p.is_default AND p.deleted_at IS NULL
    JOIN pipeline_stages s ON s.pipeline_id = p.id AND s.key = ${world.pick(STAGES, 'stage')}
    LEFT JOIN companies c ON c.domain = ${world.companyDomain(customer)} AND c.deleted_at IS NULL
    LEFT JOIN LATERAL (SELECT id FROM contacts WHERE company_id = c.id AND deleted_at IS NULL ORDER BY id LIMIT 1) k ON true`;
  return world.insert('deals', values, from, to, join);
}

/** The way of the sample deals `from` to `to` through the stages to where they stand, a step at a time. */
export function transitionsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'deals');
  const { dice } = world;
  const { made, settled } = deadlines(world, options.asOf);
  // A won deal went through all open stages, a lost one through some.
  const reached = `CASE d.status WHEN 'open' THEN (SELECT w.place FROM way w WHERE w.id = d.stage_id)
    WHEN 'won' THEN (SELECT max(place) FROM way WHERE status = 'open')
    ELSE 1 + ${dice.roll('n', 'lost after', "(SELECT max(place) FROM way WHERE status = 'open')")} END`;
  const at = `(made + (settled - made) * step / steps)`;
  const text = `WITH way AS (
      SELECT s.id, s.key, s.name, s.status, row_number() OVER (ORDER BY s.status <> 'open', s.position) AS place
      FROM pipeline_stages s JOIN pipelines p ON p.id = s.pipeline_id AND p.is_default AND p.deleted_at IS NULL),
    ways AS (
      SELECT n, d.*, ${made} AS made, ${settled} AS settled, ${reached} AS reached
      FROM generate_series(${world.parameters.bind(from)}::bigint, ${world.parameters.bind(to)}::bigint) AS n
      JOIN deals d ON d.id = ${dice.id('n', made)}),
    taken AS (
      SELECT *, reached - 1 + (status <> 'open')::int AS steps FROM ways),
    added AS (
      INSERT INTO stage_transitions (id, created_at, deal_id, from_stage_id, to_stage_id, from_stage, from_stage_name,
        to_stage, to_stage_name, created_by_id, amount, currency, days)
      SELECT ${dice.id('(n * 16 + step)', at)}, ${instant(at)}, taken.id, a.id, b.id, a.key, a.name, b.key, b.name,
        taken.owner_id, taken.amount, taken.currency, round((settled - made)::numeric / steps / ${DAY_MS}, 2)
      FROM taken CROSS JOIN LATERAL generate_series(1, steps) AS step
      JOIN way a ON a.place = step
      JOIN way b ON b.id = CASE WHEN step < reached THEN (SELECT id FROM way WHERE place = step + 1) ELSE taken.stage_id END
      ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) AS added FROM added`;
  return { text, values: world.parameters.values };
}

/** Links the sample deals `from` to `to` to their primary contacts. */
export function dealContactsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'deals');
  const { made } = deadlines(world, options.asOf);
  const { bind, values } = world.parameters;
  const text = `WITH added AS (
      INSERT INTO deal_contacts (deal_id, contact_id, position)
      SELECT d.id, d.contact_id, 0 FROM generate_series(${bind(from)}::bigint, ${bind(to)}::bigint) AS n
      JOIN deals d ON d.id = ${world.dice.id('n', made)} AND d.contact_id IS NOT NULL
      ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) AS added FROM added`;
  return { text, values };
}
