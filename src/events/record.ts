import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { newId } from '../core/ids.ts';
import { EVENT_CHANNEL, type EventName, eventFacts } from './catalog.ts';

/** `[before, after]` for each field that changed. */
export type Changes = Record<string, [unknown, unknown]>;

export interface Subject {
  type: string;
  id: string | null;
  /** The version that the change made. */
  version?: number | null;
  /** What a person calls the row. */
  label?: string | null;
}

export interface RecordOptions {
  changes?: Changes;
  metadata?: Record<string, unknown>;
  /** For the few acts done before anybody is signed in, such as a sign-in. */
  actor?: { id: string; name: string };
}

/** Fields whose values never enter the audit log. */
const MASKED = /password|secret|token|_hash$/;

/**
 * Writes the event in the transaction of the change: one row that is both the audit log and the outbox. Whoever
 * reacts to it is run after the commit.
 */
export async function record(
  ctx: Ctx,
  event: EventName,
  subject: Subject,
  options: RecordOptions = {},
): Promise<string> {
  const { principal, origin } = ctx;
  const facts = eventFacts(event);
  const id = newId();
  await ctx.db.query(
    prepared(INSERT_EVENT, [
      id,
      event,
      options.actor?.id ?? principal.user_id,
      options.actor?.name ?? principal.name,
      facts.action,
      subject.type,
      subject.id,
      subject.version ?? null,
      subject.label?.slice(0, 300) ?? null,
      JSON.stringify(maskSecrets(options.changes ?? {})),
      JSON.stringify(options.metadata ?? {}),
      facts.risk,
      origin.ip,
      origin.user_agent,
      origin.request_id,
      origin.caused_by,
    ]),
  );
  ctx.afterCommit(() => announce(ctx));
  return id;
}

/** As {@link record}, for many rows that one act has changed alike: one statement, however many. */
export async function recordAll(
  ctx: Ctx,
  event: EventName,
  subjects: readonly Subject[],
  { changes = {}, metadata = {} }: Pick<RecordOptions, 'changes' | 'metadata'> = {},
): Promise<void> {
  if (subjects.length === 0) return;
  const { principal, origin } = ctx;
  const facts = eventFacts(event);
  await ctx.db.query(INSERT_EVENTS, [
    subjects.map(() => newId()),
    subjects.map(({ type }) => type),
    subjects.map(({ id }) => id),
    subjects.map(({ version }) => version ?? null),
    subjects.map(({ label }) => label?.slice(0, 300) ?? null),
    event,
    principal.user_id,
    principal.name,
    facts.action,
    JSON.stringify(maskSecrets(changes)),
    JSON.stringify(metadata),
    facts.risk,
    origin.ip,
    origin.user_agent,
    origin.request_id,
    origin.caused_by,
  ]);
  ctx.afterCommit(() => announce(ctx));
}

const INSERT_EVENTS = `INSERT INTO audit_logs (id, resource_type, resource_id, resource_version, resource_label, event,
  actor_id, actor_name, action, changes, metadata, risk, ip, user_agent, request_id, caused_by)
  SELECT s.*, $6, $7::uuid, $8, $9, $10::jsonb, $11::jsonb, $12, $13::inet, $14, $15, $16::uuid
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[]) AS s`;

const INSERT_EVENT = `INSERT INTO audit_logs (id, event, actor_id, actor_name, action, resource_type, resource_id,
  resource_version, resource_label, changes, metadata, risk, ip, user_agent, request_id, caused_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

function maskSecrets(changes: Changes): Changes {
  const masked = Object.entries(changes).map(([field, pair]): [string, [unknown, unknown]] => [
    field,
    MASKED.test(field) ? ['***', '***'] : pair,
  ]);
  return Object.fromEntries(masked);
}

const ANNOUNCE_MS = 20;
let announcement: NodeJS.Timeout | null = null;

// NOTIFY takes one lock for the whole server at commit, so it is kept out of the writers' transactions and sent once
// for all that commit within 20 ms. A lost one costs only the wait for the dispatcher's next sweep.
function announce(ctx: Ctx): void {
  if (announcement) return;
  announcement = setTimeout(() => {
    announcement = null;
    ctx.database
      .query("SELECT pg_notify($1, '')", [EVENT_CHANNEL])
      .catch((error) => ctx.logger.warn({ err: error }, 'NOTIFY failed'));
  }, ANNOUNCE_MS).unref();
}
