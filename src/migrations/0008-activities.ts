import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESOURCE_COLUMNS } from './columns.ts';

const TARGET_COLUMNS = 'target_type varchar(50) NOT NULL, target_id uuid NOT NULL';

/** The feed of what happened, comments and follows. */
export class Activities1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS follows, comments, activities');
  }
}

const STATEMENTS = [
  `CREATE TABLE activities (${RESOURCE_COLUMNS},
    actor_id uuid, actor_name varchar(254) NOT NULL,
    action varchar(40) NOT NULL,
    ${TARGET_COLUMNS},
    target_name varchar(300) NOT NULL,
    description text NOT NULL,
    changes jsonb NOT NULL DEFAULT '{}', metadata jsonb NOT NULL DEFAULT '{}',
    type varchar(20), subject varchar(200), body text, duration_minutes integer, outcome varchar(200),
    happened_at timestamptz(3))`,
  'CREATE INDEX activities_created_idx ON activities (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX activities_target_idx ON activities (target_type, target_id, created_at DESC, id DESC)',
  'CREATE INDEX activities_actor_idx ON activities (actor_id, created_at DESC, id DESC)',

  `CREATE TABLE comments (${RESOURCE_COLUMNS},
    ${TARGET_COLUMNS},
    content text NOT NULL,
    parent_id uuid REFERENCES comments(id) ON DELETE CASCADE,
    mentions uuid[] NOT NULL DEFAULT '{}')`,
  'CREATE INDEX comments_created_idx ON comments (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX comments_target_idx ON comments (target_type, target_id, created_at DESC, id DESC)',
  'CREATE INDEX comments_parent_idx ON comments (parent_id) WHERE parent_id IS NOT NULL',
  'CREATE INDEX comments_mentions_idx ON comments USING gin (mentions)',

  `CREATE TABLE follows (${RESOURCE_COLUMNS},
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    ${TARGET_COLUMNS},
    UNIQUE (user_id, target_type, target_id))`,
  'CREATE INDEX follows_target_idx ON follows (target_type, target_id)',
];
