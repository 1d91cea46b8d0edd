import type { Ctx, FieldDefinitions } from '../core/ctx.ts';
import type { Database } from '../core/database.ts';
import { type FieldDefinition, type FieldSet, NO_FIELDS } from '../core/field-definitions.ts';
import type { Logger } from '../core/logger.ts';
import { type Notices, sendNotice } from '../core/notices.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { findResource } from '../resources.ts';

const CHANNEL = 'mycrm_custom_fields';

/** A table that is not there: the database has not been migrated yet, and no field was defined. */
const NO_TABLE = '42P01';

type Stored = FieldDefinition & { is_shown: boolean };

/**
 * The definitions, kept in each process and read anew in all of them at once when one changes. While the notice
 * connection is down they are read for each request.
 */
export class CustomFieldCache implements FieldDefinitions {
  readonly #database: Database;
  readonly #notices: Pick<Notices, 'isConnected'>;
  readonly #logger: Logger;
  #sets: ReadonlyMap<string, FieldSet> = new Map();
  #isFresh = false;
  #loading: Promise<void> | null = null;
  // A load that began before a change must not be kept after it.
  #generation = 0;

  constructor(database: Database, notices: Notices, logger: Logger) {
    this.#database = database;
    this.#notices = notices;
    this.#logger = logger;
    notices.on(CHANNEL, () => this.#drop());
    notices.onGap(() => this.#drop());
  }

  of(entity: string): FieldSet {
    return this.#sets.get(entity) ?? NO_FIELDS;
  }

  all(): ReadonlyMap<string, FieldSet> {
    return this.#sets;
  }

  ready(): Promise<void> | undefined {
    if (this.#isFresh && this.#notices.isConnected()) return undefined;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async canRefer(ctx: Ctx, entity: string, id: string): Promise<boolean> {
    const target = findResource(entity);
    if (!target) return false;
    const { values, bind } = new Parameters();
    // Colleagues know one another's cards, whatever their permissions.
    const readable = entity === 'users' ? 'TRUE' : scopeCondition(ctx, target, target.permissions.view, 't', bind);
    const found = await ctx.db.query(
      `SELECT 1 FROM ${target.plural} t WHERE t.id = ${bind(id)} AND t.deleted_at IS NULL AND ${readable}`,
      values,
    );
    return found.length > 0;
  }

  /** Reads them anew at once, so that work which asks for no answer of its own, such as a job, sees the change too. */
  #drop(): void {
    this.#generation += 1;
    this.#isFresh = false;
    this.#loading = null;
    this.ready()?.catch((error) => this.#logger.warn({ err: error }, 'custom fields could not be read'));
  }

  async #load(): Promise<void> {
    const generation = this.#generation;
    try {
      const rows = await this.#database.query<Stored>(READ_ALL).catch(noneWithoutTable);
      if (generation !== this.#generation) return this.ready();
      this.#sets = groupByNoun(rows);
      this.#isFresh = this.#notices.isConnected();
    } finally {
      if (generation === this.#generation) this.#loading = null;
    }
  }
}

/** Makes every process read the definitions anew when the current transaction commits. */
export async function announceFieldChange(ctx: Ctx): Promise<void> {
  await sendNotice(ctx, CHANNEL, '');
}

const READ_ALL = `SELECT id, entity, name, label, field_type, options, required, "default", "unique", is_filterable,
    created_at, is_active AND deleted_at IS NULL AS is_shown
  FROM custom_fields ORDER BY entity, position, name`;

function noneWithoutTable(error: Error & { code?: string }): Stored[] {
  if (error.code === NO_TABLE) return [];
  throw error;
}

function groupByNoun(rows: Stored[]): Map<string, FieldSet> {
  const sets = new Map<string, { active: Map<string, FieldDefinition>; hidden: string[] }>();
  for (const { is_shown, ...field } of rows) {
    let set = sets.get(field.entity);
    if (!set) {
      set = { active: new Map(), hidden: [] };
      sets.set(field.entity, set);
    }
    if (is_shown) set.active.set(field.name, field);
    else set.hidden.push(field.name);
  }
  return sets;
}
