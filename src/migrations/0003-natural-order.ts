import { domainToASCII } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Text in the order that people expect: without regard to case and accents unless nothing else differs, numbers by
 * their size. The collation stands on the columns, so that ordering, comparison, cursors and indexes cannot differ in
 * it. It is deterministic: equal still means equal to the letter. Keys (e-mail, domain, role name) keep the order of
 * their bytes, which no update of ICU changes under a unique index.
 *
 * Searches drop apostrophes where they split words before, so that O'Brien is found as obrien too.
 */
export class NaturalOrder1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE COLLATION public.natural_order (provider = icu, locale = 'und-u-kn-true')`);
    await rebuild(
      runner,
      'public.natural_order',
      searchWords(`translate(${UNACCENTED}, '''\`ʼ', '')`, 'public.natural_order'),
    );
    await spellDomainsInAscii(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await rebuild(runner, '"default"', searchWords(UNACCENTED, '"default"'));
    await runner.query('DROP COLLATION public.natural_order');
  }
}

const UNACCENTED = `public.unaccent('public.unaccent'::regdictionary, input)`;

/** Lower-cased by a collation of its own: by the argument's, a column and what is looked for in it could differ. */
function searchWords(words: string, collation: string): string {
  return `CREATE OR REPLACE FUNCTION search_words(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
    $$ SELECT trim(regexp_replace(lower(${words} COLLATE ${collation}), '[^[:alnum:]]+', ' ', 'g')) $$`;
}

const ADDRESS = {
  ...{ address_line_1: 'varchar(255)', address_line_2: 'varchar(255)', city: 'varchar(100)', state: 'varchar(100)' },
  ...{ postal_code: 'varchar(20)', country: 'char(2)' },
};

const COLUMNS: Record<string, Record<string, string>> = {
  users: { first_name: 'varchar(100)', last_name: 'varchar(100)', timezone: 'varchar(64)' },
  teams: { name: 'varchar(100)' },
  roles: { display_name: 'varchar(100)' },
  notifications: { notification_type: 'varchar(40)', priority: 'varchar(10)' },
  companies: {
    ...{ name: 'varchar(200)', industry: 'varchar(100)', size: 'varchar(20)', currency: 'char(3)' },
    ...{ phone: 'varchar(50)', company_type: 'varchar(20)' },
    ...ADDRESS,
  },
  contacts: {
    ...{ first_name: 'varchar(100)', last_name: 'varchar(100)', salutation: 'varchar(10)', phone: 'varchar(50)' },
    ...{ mobile: 'varchar(50)', job_title: 'varchar(150)', department: 'varchar(150)', contact_type: 'varchar(20)' },
    ...{ status: 'varchar(20)', source: 'varchar(100)' },
    ...ADDRESS,
  },
};

/** What stands on these columns is taken away before they change and made anew after: PostgreSQL refuses otherwise. */
async function rebuild(runner: QueryRunner, collation: string, searchFunction: string): Promise<void> {
  await runner.query('DROP INDEX companies_words_idx, teams_name_key');
  await runner.query('DROP TRIGGER contact_search ON contacts');
  await runner.query('DROP TRIGGER company_contacts_search ON companies');
  await runner.query('ALTER TABLE companies DROP COLUMN search_vector');
  await runner.query(searchFunction);
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const changes = Object.entries(columns).map(
      ([name, type]) => `ALTER COLUMN ${name} TYPE ${type} COLLATE ${collation}`,
    );
    await runner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
  }
  for (const statement of REBUILD) await runner.query(statement);
}

const REBUILD = [
  'CREATE UNIQUE INDEX teams_name_key ON teams (lower(name) COLLATE "C") WHERE deleted_at IS NULL',
  `ALTER TABLE companies ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple',
    search_words(name || ' ' || coalesce(domain, '') || ' ' || coalesce(industry, '') || ' ' || coalesce(city, '')))) STORED`,
  'CREATE INDEX companies_search_idx ON companies USING gin (search_vector)',
  'CREATE INDEX companies_words_idx ON companies (search_words(name)) WHERE deleted_at IS NULL',
  `CREATE TRIGGER contact_search BEFORE INSERT OR UPDATE OF first_name, last_name, email, phone, mobile, job_title, company_id
    ON contacts FOR EACH ROW EXECUTE FUNCTION refresh_contact_search()`,
  `CREATE TRIGGER company_contacts_search AFTER UPDATE OF name ON companies
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION refresh_contacts_of_company()`,
  // Words of plain letters are the same as before, and they are most of a million.
  `UPDATE contacts SET company_id = company_id WHERE concat_ws(' ', first_name, last_name, email, phone, mobile, job_title,
    (SELECT name FROM companies WHERE companies.id = contacts.company_id)) ~ '[^\\x20-\\x7e]|[''\`]'`,
];

/** New ones are stored so. One whose other spelling is taken stays as it is: which of the two to keep is for people. */
async function spellDomainsInAscii(runner: QueryRunner): Promise<void> {
  const rows: { id: string; domain: string }[] = await runner.query(
    `SELECT id, domain FROM companies WHERE domain ~ '[^\\x20-\\x7e]'`,
  );
  for (const { id, domain } of rows) {
    const ascii = domainToASCII(domain);
    if (!ascii) continue;
    await runner.query(
      `UPDATE companies SET domain = $2 WHERE id = $1
       AND NOT EXISTS (SELECT 1 FROM companies other WHERE other.domain = $2 AND other.deleted_at IS NULL)`,
      [id, ascii],
    );
  }
}
