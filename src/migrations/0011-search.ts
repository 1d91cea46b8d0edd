import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESOURCE_COLUMNS } from './columns.ts';

/** Search over everything: logged activities in the index, the words to correct by, saved searches, recent items. */
export class Search1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS recent_items, saved_searches, search_terms');
    await runner.query('ALTER TABLE activities DROP COLUMN search_vector');
  }
}

const STATEMENTS = [
  // What an event did is found at its record; what was said and written stands only here.
  `ALTER TABLE activities ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (CASE WHEN type IS NOT NULL THEN
    to_tsvector('simple', search_words(coalesce(subject, '') || ' ' || coalesce(body, '') || ' ' || target_name)) END) STORED`,
  'CREATE INDEX activities_search_idx ON activities USING gin (search_vector)',

  'CREATE TABLE search_terms (term varchar(40) PRIMARY KEY)',
  'CREATE INDEX search_terms_likeness_idx ON search_terms USING gin (term gin_trgm_ops)',

  `CREATE TABLE saved_searches (${RESOURCE_COLUMNS},
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name varchar(100) COLLATE natural_order NOT NULL, q varchar(200) NOT NULL, entity_types text[] NOT NULL DEFAULT '{}')`,
  'CREATE INDEX saved_searches_user_idx ON saved_searches (user_id, created_at DESC, id DESC)',

  `CREATE TABLE recent_items (
    id uuid PRIMARY KEY, created_at timestamptz(3) NOT NULL DEFAULT now(),
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    target_type varchar(50) NOT NULL, target_id uuid NOT NULL, viewed_at timestamptz(3) NOT NULL,
    UNIQUE (user_id, target_type, target_id))`,
  'CREATE INDEX recent_items_viewed_idx ON recent_items (user_id, viewed_at DESC)',
];
