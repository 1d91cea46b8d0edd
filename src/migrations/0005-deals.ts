import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESOURCE_COLUMNS } from './columns.ts';

export class Deals1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...pipelines, ...deals, ...search, ...totals]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER company_deals_search ON companies');
    await runner.query(`DROP TABLE deal_totals, stage_transitions, deal_line_items, deal_contacts, deals,
      pipeline_stages, pipelines, products`);
    await runner.query('DROP FUNCTION refresh_deal_search(), refresh_deals_of_company(), add_deal_totals()');
  }
}

const pipelines = [
  `CREATE TABLE products (${RESOURCE_COLUMNS},
    name varchar(200) COLLATE natural_order NOT NULL,
    sku varchar(100),
    description text,
    price numeric(14,2) NOT NULL,
    currency char(3) NOT NULL DEFAULT 'USD',
    category varchar(100) COLLATE natural_order,
    is_active boolean NOT NULL DEFAULT true,
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple',
      search_words(name || ' ' || coalesce(sku, '') || ' ' || coalesce(category, '')))) STORED)`,
  'CREATE UNIQUE INDEX products_sku_key ON products (sku) WHERE deleted_at IS NULL',
  'CREATE INDEX products_created_idx ON products (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX products_name_idx ON products (name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX products_search_idx ON products USING gin (search_vector)',
  'CREATE INDEX products_trash_idx ON products (deleted_at) WHERE deleted_at IS NOT NULL',
  `CREATE TABLE pipelines (${RESOURCE_COLUMNS},
    name varchar(100) COLLATE natural_order NOT NULL,
    is_default boolean NOT NULL DEFAULT false)`,
  'CREATE UNIQUE INDEX pipelines_default_key ON pipelines (is_default) WHERE is_default AND deleted_at IS NULL',
  `CREATE TABLE pipeline_stages (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    pipeline_id uuid NOT NULL REFERENCES pipelines(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    key varchar(50) NOT NULL,
    name varchar(100) NOT NULL,
    position integer NOT NULL,
    probability integer NOT NULL CHECK (probability BETWEEN 0 AND 100),
    color varchar(20) NOT NULL DEFAULT 'gray',
    is_won boolean NOT NULL DEFAULT false,
    is_lost boolean NOT NULL DEFAULT false CHECK (NOT (is_won AND is_lost)),
    rotting_days integer CHECK (rotting_days > 0),
    is_retired boolean NOT NULL DEFAULT false,
    status varchar(10) NOT NULL GENERATED ALWAYS AS
      (CASE WHEN is_won THEN 'won' WHEN is_lost THEN 'lost' ELSE 'open' END) STORED,
    UNIQUE (pipeline_id, key) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (id, pipeline_id, key, status))`,
];

const deals = [
  // A deal repeats the key and the status of its stage, by which lists filter and sort; the foreign key over all four
  // columns keeps them the same.
  `CREATE TABLE deals (${RESOURCE_COLUMNS},
    owner_id uuid REFERENCES users(id),
    tags text[] NOT NULL DEFAULT '{}',
    custom_fields jsonb NOT NULL DEFAULT '{}',
    name varchar(200) COLLATE natural_order NOT NULL,
    description text,
    amount numeric(14,2) CHECK (amount >= 0),
    currency char(3) NOT NULL DEFAULT 'USD',
    pipeline_id uuid NOT NULL REFERENCES pipelines(id),
    stage_id uuid NOT NULL,
    stage varchar(50) NOT NULL,
    status varchar(10) NOT NULL,
    probability integer NOT NULL CHECK (probability BETWEEN 0 AND 100),
    is_probability_manual boolean NOT NULL DEFAULT false,
    weighted_amount numeric(14,2) NOT NULL GENERATED ALWAYS AS
      (round(coalesce(amount, 0) * probability / 100.0, 2)) STORED,
    contact_id uuid REFERENCES contacts(id) ON DELETE SET NULL,
    company_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    assigned_to_id uuid REFERENCES users(id),
    expected_close_date date,
    closed_at timestamptz(3),
    lost_reason text COLLATE natural_order,
    competitor varchar(200) COLLATE natural_order,
    stage_entered_at timestamptz(3) NOT NULL DEFAULT now(),
    forecast_category varchar(20) NOT NULL DEFAULT 'pipeline',
    board_position double precision NOT NULL DEFAULT 0,
    notes text,
    search_vector tsvector,
    CHECK ((closed_at IS NULL) = (status = 'open')),
    CONSTRAINT deals_stage_fkey FOREIGN KEY (stage_id, pipeline_id, stage, status)
      REFERENCES pipeline_stages (id, pipeline_id, key, status))`,
  'CREATE INDEX deals_created_idx ON deals (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  // Not limited to the living: the foreign key looks here for what stands in the way of a stage's end.
  'CREATE INDEX deals_board_idx ON deals (stage_id, board_position, id)',
  'CREATE INDEX deals_stage_idx ON deals (stage, board_position, id) WHERE deleted_at IS NULL',
  'CREATE INDEX deals_status_idx ON deals (status, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX deals_name_idx ON deals (name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX deals_amount_idx ON deals (amount DESC NULLS LAST, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX deals_close_idx ON deals (expected_close_date, id) WHERE deleted_at IS NULL',
  `CREATE INDEX deals_closing_idx ON deals (expected_close_date) WHERE deleted_at IS NULL AND status = 'open'`,
  'CREATE INDEX deals_owner_idx ON deals (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX deals_assigned_idx ON deals (assigned_to_id, created_at DESC, id DESC)',
  'CREATE INDEX deals_author_idx ON deals (created_by_id, created_at DESC, id DESC)',
  'CREATE INDEX deals_company_idx ON deals (company_id, status) WHERE company_id IS NOT NULL',
  'CREATE INDEX deals_contact_idx ON deals (contact_id) WHERE contact_id IS NOT NULL',
  'CREATE INDEX deals_trash_idx ON deals (deleted_at) WHERE deleted_at IS NOT NULL',
  // A new deal's items and contacts are written before it, so that the one statement that makes it can read them back.
  `CREATE TABLE deal_contacts (
    deal_id uuid NOT NULL REFERENCES deals(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    contact_id uuid NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    role varchar(50),
    position integer NOT NULL,
    PRIMARY KEY (deal_id, contact_id))`,
  'CREATE INDEX deal_contacts_contact_idx ON deal_contacts (contact_id)',
  `CREATE TABLE deal_line_items (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    deal_id uuid NOT NULL REFERENCES deals(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    product_id uuid NOT NULL REFERENCES products(id),
    position integer NOT NULL,
    quantity numeric(12,3) NOT NULL CHECK (quantity > 0),
    unit_price numeric(14,2) NOT NULL CHECK (unit_price >= 0),
    discount_percentage numeric(5,2) NOT NULL DEFAULT 0 CHECK (discount_percentage BETWEEN 0 AND 100),
    total numeric(24,2) NOT NULL GENERATED ALWAYS AS
      (round(quantity * unit_price * (100 - discount_percentage) / 100, 2)) STORED)`,
  'CREATE INDEX deal_line_items_deal_idx ON deal_line_items (deal_id, position)',
  'CREATE INDEX deal_line_items_product_idx ON deal_line_items (product_id)',
  `CREATE TABLE stage_transitions (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    deal_id uuid NOT NULL REFERENCES deals(id) ON DELETE CASCADE,
    from_stage_id uuid REFERENCES pipeline_stages(id) ON DELETE SET NULL,
    to_stage_id uuid REFERENCES pipeline_stages(id) ON DELETE SET NULL,
    from_stage varchar(50) NOT NULL, from_stage_name varchar(100) NOT NULL,
    to_stage varchar(50) NOT NULL, to_stage_name varchar(100) NOT NULL,
    created_by_id uuid,
    amount numeric(14,2),
    currency char(3) NOT NULL,
    days numeric(10,2) NOT NULL)`,
  'CREATE INDEX stage_transitions_deal_idx ON stage_transitions (deal_id, id)',
  'CREATE INDEX stage_transitions_from_idx ON stage_transitions (from_stage_id)',
  'CREATE INDEX stage_transitions_to_idx ON stage_transitions (to_stage_id, created_at)',
];

const search = [
  'CREATE INDEX deals_search_idx ON deals USING gin (search_vector)',
  // As with contacts: own words carry weight A, the company's name stands beside them.
  `CREATE FUNCTION refresh_deal_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.search_vector := setweight(to_tsvector('simple', search_words(NEW.name)), 'A')
        || to_tsvector('simple', coalesce((SELECT search_words(name) FROM companies WHERE id = NEW.company_id), ''));
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER deal_search BEFORE INSERT OR UPDATE OF name, company_id
    ON deals FOR EACH ROW EXECUTE FUNCTION refresh_deal_search()`,
  `CREATE FUNCTION refresh_deals_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE deals SET company_id = company_id WHERE company_id = NEW.id;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER company_deals_search AFTER UPDATE OF name ON companies
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION refresh_deals_of_company()`,
];

const SUMS = `sum(sign)::integer, sum(sign * coalesce(amount, 0)), sum(sign * weighted_amount),
  sum(sign * coalesce(greatest(round(extract(epoch FROM closed_at - created_at)), 0), 0))::bigint`;
const KEYS = 'stage_id, owner_id, assigned_to_id, created_by_id, currency';

/** The statement that adds what the rows of `source` mean for the totals, nothing where they cancel each other out. */
function addTotals(source: string): string {
  return `INSERT INTO deal_totals (${KEYS}, count, amount, weighted, seconds_to_close)
    SELECT ${KEYS}, ${SUMS} FROM (${source}) AS changed WHERE deleted_at IS NULL
    GROUP BY ${KEYS} HAVING (${SUMS}) IS DISTINCT FROM (0, 0, 0, 0)`;
}

const totals = [
  // Counting and adding up 300,000 deals for each look at the board is too dear, and a row of sums that each writer
  // updates would make them wait for one another. So each statement adds what it changed, and a job folds it together.
  `CREATE TABLE deal_totals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stage_id uuid NOT NULL,
    owner_id uuid, assigned_to_id uuid, created_by_id uuid,
    currency char(3) NOT NULL,
    count integer NOT NULL,
    amount numeric(20,2) NOT NULL,
    weighted numeric(20,2) NOT NULL,
    seconds_to_close bigint NOT NULL)`,
  'CREATE INDEX deal_totals_stage_idx ON deal_totals (stage_id)',
  `CREATE FUNCTION add_deal_totals() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        ${addTotals('SELECT 1 AS sign, * FROM after')};
      ELSIF TG_OP = 'DELETE' THEN
        ${addTotals('SELECT -1 AS sign, * FROM before')};
      ELSE
        ${addTotals('SELECT 1 AS sign, * FROM after UNION ALL SELECT -1, * FROM before')};
      END IF;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER deal_totals_insert AFTER INSERT ON deals REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION add_deal_totals()`,
  `CREATE TRIGGER deal_totals_update AFTER UPDATE ON deals REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION add_deal_totals()`,
  `CREATE TRIGGER deal_totals_delete AFTER DELETE ON deals REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION add_deal_totals()`,
];
