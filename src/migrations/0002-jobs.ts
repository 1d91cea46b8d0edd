import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The table of Agenda's PostgreSQL backend 3.0, in its own layout. Left to itself, the backend would make it at each
 * start: outside the migrations' lock, and with a trigger that is dropped and made anew under the running workers.
 */
export class Jobs1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS agenda_jobs');
    await runner.query('DROP FUNCTION IF EXISTS update_agenda_jobs_updated_at()');
  }
}

const statements = [
  `CREATE TABLE IF NOT EXISTS agenda_jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    priority integer NOT NULL DEFAULT 0,
    next_run_at timestamptz,
    type varchar(10) NOT NULL DEFAULT 'normal' CHECK (type IN ('normal', 'single')),
    locked_at timestamptz,
    last_finished_at timestamptz,
    failed_at timestamptz,
    fail_count integer,
    fail_reason text,
    repeat_timezone varchar(100),
    last_run_at timestamptz,
    repeat_interval varchar(255),
    data jsonb DEFAULT '{}',
    repeat_at varchar(255),
    disabled boolean DEFAULT false,
    progress real,
    fork boolean DEFAULT false,
    last_modified_by varchar(255),
    debounce_started_at timestamptz,
    start_date timestamptz,
    end_date timestamptz,
    skip_days jsonb,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now())`,
  `CREATE INDEX IF NOT EXISTS agenda_jobs_find_and_lock_idx
    ON agenda_jobs (name, next_run_at, priority DESC, locked_at, disabled) WHERE disabled = false`,
  `CREATE UNIQUE INDEX IF NOT EXISTS agenda_jobs_single_job_idx ON agenda_jobs (name) WHERE type = 'single'`,
  'CREATE INDEX IF NOT EXISTS agenda_jobs_locked_at_idx ON agenda_jobs (locked_at) WHERE locked_at IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS agenda_jobs_next_run_at_idx ON agenda_jobs (next_run_at) WHERE next_run_at IS NOT NULL',
  `CREATE OR REPLACE FUNCTION update_agenda_jobs_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.updated_at = now();
      RETURN NEW;
    END $$`,
  `CREATE OR REPLACE TRIGGER agenda_jobs_updated_at_trigger BEFORE UPDATE ON agenda_jobs
    FOR EACH ROW EXECUTE FUNCTION update_agenda_jobs_updated_at()`,
];
