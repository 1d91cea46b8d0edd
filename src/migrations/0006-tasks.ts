import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RECORD_COLUMNS, RESOURCE_COLUMNS } from './columns.ts';

export class Tasks1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tasks, ...calendar, ...reminders]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS reminders, calendar_feeds, events, task_templates, tasks');
  }
}

const tasks = [
  `CREATE TABLE tasks (${RECORD_COLUMNS},
    title varchar(200) COLLATE natural_order NOT NULL,
    description text,
    task_type varchar(20) NOT NULL DEFAULT 'other',
    status varchar(20) NOT NULL DEFAULT 'pending',
    priority varchar(10) NOT NULL DEFAULT 'medium',
    assigned_to_id uuid REFERENCES users(id),
    due_date timestamptz(3),
    is_all_day boolean NOT NULL DEFAULT false,
    reminder_at timestamptz(3), reminded_at timestamptz(3), completed_at timestamptz(3),
    contact_id uuid REFERENCES contacts(id) ON DELETE SET NULL,
    company_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    lead_id uuid, deal_id uuid,
    recurrence varchar(500),
    recurred_from_id uuid UNIQUE REFERENCES tasks(id) ON DELETE SET NULL,
    checklist jsonb NOT NULL DEFAULT '[]',
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple',
      search_words(title || ' ' || coalesce(description, '')))) STORED)`,
  'CREATE INDEX tasks_created_idx ON tasks (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX tasks_due_idx ON tasks (due_date, id) WHERE deleted_at IS NULL',
  `CREATE INDEX tasks_open_due_idx ON tasks (due_date, id)
    WHERE deleted_at IS NULL AND status IN ('pending', 'in_progress')`,
  `CREATE INDEX tasks_open_assigned_idx ON tasks (assigned_to_id, due_date)
    WHERE deleted_at IS NULL AND status IN ('pending', 'in_progress')`,
  'CREATE INDEX tasks_status_idx ON tasks (status, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX tasks_owner_idx ON tasks (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX tasks_assigned_idx ON tasks (assigned_to_id, created_at DESC, id DESC)',
  'CREATE INDEX tasks_author_idx ON tasks (created_by_id, created_at DESC, id DESC)',
  'CREATE INDEX tasks_contact_idx ON tasks (contact_id) WHERE contact_id IS NOT NULL',
  'CREATE INDEX tasks_company_idx ON tasks (company_id) WHERE company_id IS NOT NULL',
  'CREATE INDEX tasks_lead_idx ON tasks (lead_id) WHERE lead_id IS NOT NULL',
  'CREATE INDEX tasks_deal_idx ON tasks (deal_id) WHERE deal_id IS NOT NULL',
  `CREATE INDEX tasks_reminder_idx ON tasks (reminder_at)
    WHERE reminded_at IS NULL AND deleted_at IS NULL AND status IN ('pending', 'in_progress')`,
  'CREATE INDEX tasks_search_idx ON tasks USING gin (search_vector)',
  'CREATE INDEX tasks_trash_idx ON tasks (deleted_at) WHERE deleted_at IS NOT NULL',

  `CREATE TABLE task_templates (${RESOURCE_COLUMNS},
    owner_id uuid REFERENCES users(id),
    name varchar(100) COLLATE natural_order NOT NULL,
    title varchar(200) COLLATE natural_order NOT NULL,
    description text,
    task_type varchar(20) NOT NULL DEFAULT 'other',
    priority varchar(10) NOT NULL DEFAULT 'medium',
    due_in_days integer,
    checklist jsonb NOT NULL DEFAULT '[]',
    is_shared boolean NOT NULL DEFAULT false)`,
  'CREATE INDEX task_templates_created_idx ON task_templates (created_at DESC, id DESC) WHERE deleted_at IS NULL',
];

const calendar = [
  `CREATE TABLE events (${RECORD_COLUMNS},
    title varchar(200) COLLATE natural_order NOT NULL,
    description text,
    event_type varchar(20) NOT NULL DEFAULT 'meeting',
    start_at timestamptz(3) NOT NULL,
    end_at timestamptz(3) NOT NULL CHECK (end_at > start_at),
    is_all_day boolean NOT NULL DEFAULT false,
    timezone varchar(64) NOT NULL,
    attendees jsonb NOT NULL DEFAULT '[]',
    location varchar(300) COLLATE natural_order, meeting_link varchar(500),
    contact_id uuid REFERENCES contacts(id) ON DELETE SET NULL,
    lead_id uuid, deal_id uuid,
    recurrence varchar(500),
    exception_dates text[] NOT NULL DEFAULT '{}',
    recurs_until timestamptz(3) CHECK (recurs_until >= end_at),
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple',
      search_words(title || ' ' || coalesce(location, '') || ' ' || coalesce(description, '')))) STORED)`,
  'CREATE INDEX events_created_idx ON events (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX events_start_idx ON events (start_at, id) WHERE deleted_at IS NULL',
  `CREATE INDEX events_span_idx ON events USING gist
    (tstzrange(start_at, CASE WHEN recurrence IS NULL THEN end_at ELSE recurs_until END)) WHERE deleted_at IS NULL`,
  'CREATE INDEX events_owner_idx ON events (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX events_author_idx ON events (created_by_id, created_at DESC, id DESC)',
  'CREATE INDEX events_attendees_idx ON events USING gin (attendees jsonb_path_ops)',
  'CREATE INDEX events_contact_idx ON events (contact_id) WHERE contact_id IS NOT NULL',
  'CREATE INDEX events_lead_idx ON events (lead_id) WHERE lead_id IS NOT NULL',
  'CREATE INDEX events_deal_idx ON events (deal_id) WHERE deal_id IS NOT NULL',
  'CREATE INDEX events_search_idx ON events USING gin (search_vector)',
  'CREATE INDEX events_trash_idx ON events (deleted_at) WHERE deleted_at IS NOT NULL',
  `CREATE TABLE calendar_feeds (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    user_id uuid NOT NULL UNIQUE REFERENCES users(id) ON DELETE CASCADE,
    token_hash varchar(64) NOT NULL)`,
];

const reminders = [
  `CREATE TABLE reminders (${RESOURCE_COLUMNS},
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    title varchar(200) COLLATE natural_order NOT NULL,
    remind_at timestamptz(3) NOT NULL,
    target_type varchar(20), target_id uuid,
    is_done boolean NOT NULL DEFAULT false,
    reminded_at timestamptz(3))`,
  'CREATE INDEX reminders_user_idx ON reminders (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX reminders_user_due_idx ON reminders (user_id, remind_at, id) WHERE deleted_at IS NULL',
  'CREATE INDEX reminders_target_idx ON reminders (target_id) WHERE target_id IS NOT NULL',
  `CREATE INDEX reminders_due_idx ON reminders (remind_at)
    WHERE reminded_at IS NULL AND NOT is_done AND deleted_at IS NULL`,
];
