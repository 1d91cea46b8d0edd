import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RECORD_COLUMNS, RESOURCE_COLUMNS } from './columns.ts';

/** Leads and the rules by which new ones are given out. */
export class Leads1764000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tasks DROP CONSTRAINT tasks_lead_id_fkey');
    await runner.query('ALTER TABLE events DROP CONSTRAINT events_lead_id_fkey');
    await runner.query('DROP TABLE IF EXISTS lead_assignment_rules, leads');
  }
}

const STATEMENTS = [
  `CREATE TABLE leads (${RECORD_COLUMNS},
    first_name varchar(100) COLLATE natural_order NOT NULL,
    last_name varchar(100) COLLATE natural_order NOT NULL,
    email varchar(254) CHECK (email = lower(email)),
    phone varchar(50) COLLATE natural_order,
    company_name varchar(200) COLLATE natural_order,
    job_title varchar(150) COLLATE natural_order,
    lead_source varchar(20) NOT NULL DEFAULT 'website',
    status varchar(20) NOT NULL DEFAULT 'new',
    priority varchar(10) NOT NULL DEFAULT 'medium',
    assigned_to_id uuid REFERENCES users(id),
    lead_score integer NOT NULL DEFAULT 0 CHECK (lead_score BETWEEN 0 AND 100),
    score_factors jsonb NOT NULL DEFAULT '[]',
    temperature varchar(4) NOT NULL GENERATED ALWAYS AS
      (CASE WHEN lead_score >= 70 THEN 'hot' WHEN lead_score >= 40 THEN 'warm' ELSE 'cold' END) STORED,
    estimated_value numeric(14,2) CHECK (estimated_value >= 0),
    currency char(3) NOT NULL DEFAULT 'USD',
    probability integer CHECK (probability BETWEEN 0 AND 100),
    last_contacted_at timestamptz(3),
    next_follow_up_at timestamptz(3),
    notes text,
    converted_at timestamptz(3),
    converted_contact_id uuid REFERENCES contacts(id) ON DELETE SET NULL,
    converted_company_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    converted_deal_id uuid REFERENCES deals(id) ON DELETE SET NULL,
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_words(first_name || ' ' || last_name
      || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company_name, '')
      || ' ' || coalesce(job_title, '')))) STORED,
    CHECK ((converted_at IS NULL) = (status <> 'converted')))`,
  'CREATE INDEX leads_created_idx ON leads (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_email_idx ON leads (email) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_name_idx ON leads (last_name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_company_name_idx ON leads (company_name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_score_idx ON leads (lead_score DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_value_idx ON leads (estimated_value DESC NULLS LAST, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_follow_up_idx ON leads (next_follow_up_at, id) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_status_idx ON leads (status, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_source_idx ON leads (lead_source, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_temperature_idx ON leads (temperature, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX leads_owner_idx ON leads (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX leads_assigned_idx ON leads (assigned_to_id, created_at DESC, id DESC)',
  'CREATE INDEX leads_author_idx ON leads (created_by_id, created_at DESC, id DESC)',
  'CREATE INDEX leads_contact_idx ON leads (converted_contact_id) WHERE converted_contact_id IS NOT NULL',
  'CREATE INDEX leads_company_idx ON leads (converted_company_id) WHERE converted_company_id IS NOT NULL',
  'CREATE INDEX leads_deal_idx ON leads (converted_deal_id) WHERE converted_deal_id IS NOT NULL',
  'CREATE INDEX leads_search_idx ON leads USING gin (search_vector)',
  'CREATE INDEX leads_trash_idx ON leads (deleted_at) WHERE deleted_at IS NOT NULL',

  // There were no leads that these could have meant.
  ...['tasks', 'events'].flatMap((table) => [
    `UPDATE ${table} SET lead_id = NULL WHERE lead_id IS NOT NULL`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_lead_id_fkey
      FOREIGN KEY (lead_id) REFERENCES leads(id) ON DELETE SET NULL`,
  ]),

  `CREATE TABLE lead_assignment_rules (${RESOURCE_COLUMNS},
    name varchar(100) COLLATE natural_order NOT NULL,
    criteria jsonb NOT NULL DEFAULT '{}',
    assign_to jsonb NOT NULL,
    priority integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    last_user_id uuid)`,
  'CREATE UNIQUE INDEX lead_assignment_rules_name_key ON lead_assignment_rules (name) WHERE deleted_at IS NULL',
  `CREATE INDEX lead_assignment_rules_order_idx ON lead_assignment_rules (priority, created_at, id)
    WHERE is_active AND deleted_at IS NULL`,
];
