import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RECORD_COLUMNS, RESOURCE_COLUMNS } from './columns.ts';

const ADDRESS_COLUMNS = `
  address_line_1 varchar(255), address_line_2 varchar(255), city varchar(100), state varchar(100),
  postal_code varchar(20), country char(2)`;

export class Foundation1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...accounts, ...search, ...records, ...platform]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE IF EXISTS rate_limits, socket_attachments, panel_sessions, idempotency_keys, notifications, audit_logs,
      contacts, companies, sessions, role_assignments, roles, team_memberships, teams, users`);
    await runner.query(
      'DROP FUNCTION IF EXISTS search_words(text), refresh_contact_search(), refresh_contacts_of_company(), guard_audit_log()',
    );
  }
}

const accounts = [
  `CREATE TABLE users (${RESOURCE_COLUMNS},
    email varchar(254) NOT NULL UNIQUE CHECK (email = lower(email)),
    username varchar(254) NOT NULL,
    password_hash varchar(255) NOT NULL,
    first_name varchar(100) NOT NULL DEFAULT '',
    last_name varchar(100) NOT NULL DEFAULT '',
    phone varchar(50), title varchar(150), bio text, avatar_url varchar(500),
    timezone varchar(64) NOT NULL DEFAULT 'UTC',
    locale varchar(35) NOT NULL DEFAULT 'en',
    is_active boolean NOT NULL DEFAULT true,
    last_login timestamptz(3))`,
  'CREATE UNIQUE INDEX users_username_key ON users (lower(username))',
  `CREATE TABLE teams (${RESOURCE_COLUMNS},
    name varchar(100) NOT NULL,
    description text,
    shares_records boolean NOT NULL DEFAULT false)`,
  'CREATE UNIQUE INDEX teams_name_key ON teams (lower(name)) WHERE deleted_at IS NULL',
  `CREATE TABLE team_memberships (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    team_id uuid NOT NULL REFERENCES teams(id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    is_manager boolean NOT NULL DEFAULT false,
    UNIQUE (team_id, user_id))`,
  'CREATE INDEX team_memberships_user_idx ON team_memberships (user_id)',
  `CREATE TABLE roles (${RESOURCE_COLUMNS},
    name varchar(50) NOT NULL,
    display_name varchar(100) NOT NULL,
    description text NOT NULL DEFAULT '',
    level integer NOT NULL CHECK (level BETWEEN 0 AND 4),
    permissions text[] NOT NULL DEFAULT '{}',
    color varchar(20) NOT NULL DEFAULT 'gray',
    is_system_role boolean NOT NULL DEFAULT false)`,
  'CREATE UNIQUE INDEX roles_name_key ON roles (name) WHERE deleted_at IS NULL',
  `CREATE TABLE role_assignments (${RESOURCE_COLUMNS},
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role_id uuid NOT NULL REFERENCES roles(id) ON DELETE CASCADE,
    team_id uuid REFERENCES teams(id) ON DELETE CASCADE)`,
  `CREATE UNIQUE INDEX role_assignments_key ON role_assignments (user_id, role_id, team_id)
    NULLS NOT DISTINCT WHERE deleted_at IS NULL`,
  'CREATE INDEX role_assignments_role_idx ON role_assignments (role_id)',
  `CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    refresh_hash varchar(64) NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    rotated_at timestamptz(3) NOT NULL DEFAULT now(),
    device varchar(500) NOT NULL DEFAULT '',
    ip inet,
    last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    ended_reason varchar(30))`,
  'CREATE INDEX sessions_user_idx ON sessions (user_id) WHERE ended_at IS NULL',
];

const search = [
  'CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public',
  'CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public',
  // unaccent(text) is only STABLE, because a dictionary may be edited; ours is not, and an index needs IMMUTABLE.
  `CREATE FUNCTION search_words(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
    $$ SELECT trim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, input)), '[^[:alnum:]]+', ' ', 'g')) $$`,
];

const records = [
  `CREATE TABLE companies (${RECORD_COLUMNS},
    name varchar(200) NOT NULL,
    domain varchar(253),
    industry varchar(100), size varchar(20),
    annual_revenue numeric(14,2),
    currency char(3) NOT NULL DEFAULT 'USD',
    phone varchar(50), website varchar(500), linkedin_url varchar(500), description text,
    ${ADDRESS_COLUMNS},
    company_type varchar(20) NOT NULL DEFAULT 'prospect',
    parent_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple',
      search_words(name || ' ' || coalesce(domain, '') || ' ' || coalesce(industry, '') || ' ' || coalesce(city, '')))) STORED)`,
  'CREATE UNIQUE INDEX companies_domain_key ON companies (domain) WHERE deleted_at IS NULL',
  'CREATE INDEX companies_created_idx ON companies (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX companies_name_idx ON companies (name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX companies_words_idx ON companies (search_words(name)) WHERE deleted_at IS NULL',
  'CREATE INDEX companies_owner_idx ON companies (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX companies_parent_idx ON companies (parent_id) WHERE parent_id IS NOT NULL',
  'CREATE INDEX companies_search_idx ON companies USING gin (search_vector)',
  'CREATE INDEX companies_trash_idx ON companies (deleted_at) WHERE deleted_at IS NOT NULL',

  `CREATE TABLE contacts (${RECORD_COLUMNS},
    first_name varchar(100) NOT NULL,
    last_name varchar(100) NOT NULL,
    salutation varchar(10),
    email varchar(254) CHECK (email = lower(email)),
    emails jsonb NOT NULL DEFAULT '[]', phones jsonb NOT NULL DEFAULT '[]',
    phone varchar(50), mobile varchar(50),
    company_id uuid REFERENCES companies(id) ON DELETE SET NULL,
    job_title varchar(150), department varchar(150),
    ${ADDRESS_COLUMNS},
    contact_type varchar(20) NOT NULL DEFAULT 'prospect',
    status varchar(20) NOT NULL DEFAULT 'active',
    source varchar(100),
    assigned_to_id uuid REFERENCES users(id),
    website varchar(500), linkedin varchar(500), twitter varchar(500), notes text,
    do_not_email boolean NOT NULL DEFAULT false,
    consent jsonb NOT NULL DEFAULT '{}',
    last_contacted_at timestamptz(3),
    external_ids jsonb NOT NULL DEFAULT '{}',
    search_vector tsvector)`,
  'CREATE UNIQUE INDEX contacts_email_key ON contacts (email) WHERE deleted_at IS NULL',
  'CREATE INDEX contacts_created_idx ON contacts (created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX contacts_name_idx ON contacts (last_name, id) WHERE deleted_at IS NULL',
  'CREATE INDEX contacts_owner_idx ON contacts (owner_id, created_at DESC, id DESC)',
  'CREATE INDEX contacts_assigned_idx ON contacts (assigned_to_id, created_at DESC, id DESC)',
  'CREATE INDEX contacts_author_idx ON contacts (created_by_id, created_at DESC, id DESC)',
  'CREATE INDEX contacts_company_idx ON contacts (company_id) WHERE company_id IS NOT NULL',
  'CREATE INDEX contacts_status_idx ON contacts (status, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX contacts_search_idx ON contacts USING gin (search_vector)',
  'CREATE INDEX contacts_trash_idx ON contacts (deleted_at) WHERE deleted_at IS NOT NULL',
  // A contact is found by the name of its company, which stands in another table, so no generated column will do. Its
  // own words carry weight A, so that a reader who may not see the company can be kept to them.
  `CREATE FUNCTION refresh_contact_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.search_vector := setweight(to_tsvector('simple', search_words(concat_ws(' ', NEW.first_name, NEW.last_name,
        NEW.email, NEW.phone, NEW.mobile, NEW.job_title))), 'A')
        || to_tsvector('simple', coalesce((SELECT search_words(name) FROM companies WHERE id = NEW.company_id), ''));
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER contact_search BEFORE INSERT OR UPDATE OF first_name, last_name, email, phone, mobile, job_title, company_id
    ON contacts FOR EACH ROW EXECUTE FUNCTION refresh_contact_search()`,
  `CREATE FUNCTION refresh_contacts_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE contacts SET company_id = company_id WHERE company_id = NEW.id;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER company_contacts_search AFTER UPDATE OF name ON companies
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION refresh_contacts_of_company()`,
];

const platform = [
  `CREATE TABLE audit_logs (
    id uuid PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    event varchar(80) NOT NULL,
    actor_id uuid,
    actor_name varchar(254) NOT NULL,
    action varchar(40) NOT NULL,
    resource_type varchar(50) NOT NULL,
    resource_id uuid,
    resource_version integer,
    resource_label varchar(300),
    changes jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    risk varchar(10) NOT NULL DEFAULT 'low',
    ip inet,
    user_agent varchar(500),
    request_id varchar(64),
    caused_by uuid,
    dispatched_at timestamptz(3),
    dispatch_attempts integer NOT NULL DEFAULT 0,
    dispatch_error text)`,
  'CREATE INDEX audit_logs_resource_idx ON audit_logs (resource_type, resource_id, created_at DESC)',
  'CREATE INDEX audit_logs_created_idx ON audit_logs (created_at DESC, id DESC)',
  'CREATE INDEX audit_logs_actor_idx ON audit_logs (actor_id, created_at DESC)',
  'CREATE INDEX audit_logs_outbox_idx ON audit_logs (id) WHERE dispatched_at IS NULL',
  `CREATE FUNCTION guard_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{dispatched_at,dispatch_attempts,dispatch_error}'::text[]
        = to_jsonb(NEW) - '{dispatched_at,dispatch_attempts,dispatch_error}'::text[] THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'audit_logs is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$`,
  `CREATE TRIGGER audit_log_guard BEFORE UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION guard_audit_log()`,
  `CREATE TABLE notifications (${RESOURCE_COLUMNS},
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    notification_type varchar(40) NOT NULL,
    priority varchar(10) NOT NULL DEFAULT 'medium',
    title varchar(200) NOT NULL,
    message text NOT NULL,
    action_url varchar(1000),
    actor_id uuid,
    event_id uuid NOT NULL,
    is_read boolean NOT NULL DEFAULT false,
    read_at timestamptz(3),
    UNIQUE (user_id, event_id))`,
  'CREATE INDEX notifications_user_idx ON notifications (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL',
  'CREATE INDEX notifications_unread_idx ON notifications (user_id) WHERE NOT is_read AND deleted_at IS NULL',
  `CREATE TABLE idempotency_keys (
    id varchar(64) PRIMARY KEY,
    body_hash varchar(64) NOT NULL,
    status integer NOT NULL,
    body jsonb,
    headers jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT now())`,
  'CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at)',
  // The layout that connect-pg-simple expects.
  `CREATE TABLE panel_sessions (
    sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6) NOT NULL)`,
  'CREATE INDEX panel_sessions_expire_idx ON panel_sessions (expire)',
  // Where the Socket.IO adapter leaves what does not fit into a NOTIFY.
  `CREATE TABLE socket_attachments (
    id bigserial UNIQUE, created_at timestamptz DEFAULT now(), payload bytea)`,
  // Counters may be lost in a crash; what they protect is not.
  `CREATE UNLOGGED TABLE rate_limits (
    key varchar(200) NOT NULL, window_start timestamptz(3) NOT NULL, hits integer NOT NULL,
    expires_at timestamptz(3) NOT NULL, PRIMARY KEY (key, window_start))`,
  'CREATE INDEX rate_limits_expires_idx ON rate_limits (expires_at)',
];
