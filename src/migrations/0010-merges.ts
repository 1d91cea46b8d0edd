import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESOURCE_COLUMNS } from './columns.ts';

/** What tells likely duplicates, merges that can be taken back, and groups of contacts. */
export class Merges1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...keys, ...merges, ...groups]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS contact_group_members, contact_groups, duplicate_dismissals, merges');
    await runner.query(
      'ALTER TABLE contacts DROP merged_into_id, DROP name_key, DROP phone_key, DROP mobile_key, DROP mailbox_key',
    );
    await runner.query('ALTER TABLE companies DROP merged_into_id, DROP name_key');
    await runner.query('DROP INDEX IF EXISTS contacts_emails_idx');
    await runner.query('DROP FUNCTION IF EXISTS phone_key(text), company_key(text), contacts_at_address(text)');
  }
}

// Legal forms, each as search_words leaves it once the dots are gone.
const LEGAL_FORMS = `inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|mbh|ag|kg|kgaa|ug|ohg|ev|
  sa|sas|sarl|srl|spa|bv|nv|ab|oy|aps|pty|pte|pvt`.replaceAll(/\s/g, '');

const keys = [
  // The last eight digits: a number with its country and trunk prefixes and one without are the same line.
  `CREATE FUNCTION phone_key(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
    $$ SELECT CASE WHEN length(digits) >= 6 THEN right(digits, 8) END
       FROM (SELECT regexp_replace(regexp_replace(input, '[^0-9]*(ext|x).*$', '', 'i'), '[^0-9]', '', 'g') AS digits) d $$`,
  `CREATE FUNCTION company_key(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
    $$ SELECT regexp_replace(public.search_words(replace(input, '.', '')), '( (and|${LEGAL_FORMS}))+$', '') $$`,
  // Stored rather than indexed as expressions: the scan of the whole table reads them out of the index, where it would
  // have to work each of them out again.
  `ALTER TABLE contacts
    ADD merged_into_id uuid REFERENCES contacts(id) ON DELETE SET NULL,
    ADD name_key text COLLATE "C" GENERATED ALWAYS AS (search_words(first_name || ' ' || last_name)) STORED,
    ADD phone_key text COLLATE "C" GENERATED ALWAYS AS (phone_key(phone)) STORED,
    ADD mobile_key text COLLATE "C" GENERATED ALWAYS AS (phone_key(mobile)) STORED,
    ADD mailbox_key text COLLATE "C" GENERATED ALWAYS AS (split_part(email, '@', 1)) STORED`,
  `CREATE INDEX contacts_name_company_idx ON contacts (name_key, company_id)
    WHERE deleted_at IS NULL AND company_id IS NOT NULL`,
  'CREATE INDEX contacts_name_phone_idx ON contacts (name_key, phone_key) WHERE deleted_at IS NULL AND phone_key IS NOT NULL',
  'CREATE INDEX contacts_name_mobile_idx ON contacts (name_key, mobile_key) WHERE deleted_at IS NULL AND mobile_key IS NOT NULL',
  'CREATE INDEX contacts_name_mailbox_idx ON contacts (name_key, mailbox_key) WHERE deleted_at IS NULL AND mailbox_key IS NOT NULL',
  // Not gathered into a pending list, which every write would read through from end to end.
  `CREATE INDEX contacts_emails_idx ON contacts USING gin (emails jsonb_path_ops) WITH (fastupdate = off)
    WHERE emails <> '[]'`,
  // PostgreSQL knows nothing of what JSON holds, guesses one row in a hundred, and would read the whole table for them.
  `CREATE FUNCTION contacts_at_address(address text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 1 SET enable_seqscan = off AS
    $$ BEGIN
      RETURN QUERY SELECT id FROM contacts
        WHERE emails <> '[]' AND emails @> jsonb_build_array(jsonb_build_object('value', address));
    END $$`,
  'CREATE INDEX contacts_merged_idx ON contacts (merged_into_id) WHERE merged_into_id IS NOT NULL',
  `ALTER TABLE companies
    ADD merged_into_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    ADD name_key text COLLATE "C" GENERATED ALWAYS AS (company_key(name)) STORED`,
  'CREATE INDEX companies_name_key_idx ON companies (name_key) WHERE deleted_at IS NULL',
  'CREATE INDEX companies_merged_idx ON companies (merged_into_id) WHERE merged_into_id IS NOT NULL',
];

const merges = [
  `CREATE TABLE merges (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    created_by_id uuid,
    noun varchar(50) NOT NULL,
    target_id uuid NOT NULL,
    source_ids uuid[] NOT NULL,
    before jsonb NOT NULL,
    changes jsonb NOT NULL,
    moved jsonb NOT NULL,
    undone_at timestamptz(3),
    undone_by_id uuid)`,
  'CREATE INDEX merges_target_idx ON merges (target_id, id)',
  `CREATE TABLE duplicate_dismissals (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    created_by_id uuid,
    noun varchar(50) NOT NULL,
    first_id uuid NOT NULL,
    second_id uuid NOT NULL CHECK (first_id < second_id),
    UNIQUE (noun, first_id, second_id))`,
];

const groups = [
  `CREATE TABLE contact_groups (${RESOURCE_COLUMNS},
    owner_id uuid REFERENCES users(id),
    name varchar(100) COLLATE natural_order NOT NULL,
    description text,
    is_dynamic boolean NOT NULL DEFAULT false,
    filters jsonb NOT NULL DEFAULT '{}',
    is_shared boolean NOT NULL DEFAULT false)`,
  'CREATE INDEX contact_groups_created_idx ON contact_groups (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX contact_groups_owner_idx ON contact_groups (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX contact_groups_trash_idx ON contact_groups (deleted_at) WHERE deleted_at IS NOT NULL',
  `CREATE TABLE contact_group_members (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    created_by_id uuid,
    group_id uuid NOT NULL REFERENCES contact_groups(id) ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    UNIQUE (group_id, contact_id))`,
  'CREATE INDEX contact_group_members_contact_idx ON contact_group_members (contact_id)',
];
