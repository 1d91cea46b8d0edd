import type { MigrationInterface, QueryRunner } from 'typeorm';

const RESOURCE_COLUMNS = `
  id uuid PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by_id uuid,
  version integer NOT NULL DEFAULT 1,
  deleted_at timestamptz(3)`;

/** The definitions of custom fields, whose values stand in a column of each record, and the saved views of lists. */
export class CustomFields1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS custom_fields, saved_views');
    await runner.query('DROP FUNCTION IF EXISTS json_words(jsonb) CASCADE');
  }
}

const statements = [
  // The name becomes a part of statements, so the table vouches for its form.
  `CREATE TABLE custom_fields (${RESOURCE_COLUMNS},
    entity varchar(50) NOT NULL,
    name varchar(41) NOT NULL CHECK (name COLLATE "C" ~ '^[a-z][a-z0-9_]{0,40}$'),
    label varchar(100) COLLATE natural_order NOT NULL,
    field_type varchar(20) NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    required boolean NOT NULL DEFAULT false,
    "default" jsonb,
    "unique" boolean NOT NULL DEFAULT false,
    is_filterable boolean NOT NULL DEFAULT false,
    position integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    index_status varchar(10) NOT NULL DEFAULT 'none' CHECK (index_status IN ('none', 'building', 'ready', 'failed')),
    index_error varchar(500),
    purge_requested_at timestamptz(3))`,
  // Of a list of text the planner knows how often each word occurs, of one in JSON it knows nothing.
  `CREATE FUNCTION json_words(list jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
    $$ SELECT CASE WHEN jsonb_typeof(list) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(list)) END $$`,
  // An archived field keeps its name, because its values are in the rows yet.
  'CREATE UNIQUE INDEX custom_fields_name_key ON custom_fields (entity, name)',
  'CREATE INDEX custom_fields_created_idx ON custom_fields (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  `CREATE TABLE saved_views (${RESOURCE_COLUMNS},
    owner_id uuid NOT NULL REFERENCES users(id),
    entity varchar(50) NOT NULL,
    name varchar(100) COLLATE natural_order NOT NULL,
    filters jsonb NOT NULL DEFAULT '{}',
    ordering varchar(500),
    columns text[] NOT NULL DEFAULT '{}',
    is_shared boolean NOT NULL DEFAULT false)`,
  'CREATE INDEX saved_views_owner_idx ON saved_views (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX saved_views_shared_idx ON saved_views (entity, created_at DESC, id DESC) WHERE is_shared AND deleted_at IS NULL',
  'CREATE INDEX saved_views_trash_idx ON saved_views (deleted_at) WHERE deleted_at IS NOT NULL',
];
