import type { Statement } from '../src/core/database.ts';
import { FIRST_NAMES, JOBS, LAST_NAMES, SOURCES, slug } from './sample-words.ts';
import { CONTACTS_PER_COMPANY, type SampleOptions, SampleWorld } from './sample-world.ts';

/** SQL: the instant of so many milliseconds since the epoch. */
export const instant = (ms: string) => `timestamptz 'epoch' + (${ms}) * interval '1 millisecond'`;

/** The statement that adds the sample companies `from` to `to`. */
export function companiesStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'companies');
  const { dice, cities } = world;
  const city = world.cityIndex('n');
  const made = world.createdMs();
  const values = {
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    owner_id: world.owner(),
    created_by_id: world.owner(),
    tags: world.tags(),
    name: world.companyName('n'),
    domain: world.companyDomain('n'),
    website: `'https://' || ${world.companyDomain('n')}`,
    industry: world.industry('n'),
    size: world.pick(['1-10', '1-10', '11-50', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5001+'], 'size'),
    annual_revenue: `(1 + ${dice.roll('n', 'revenue', 400)}) * 125000`,
    currency: world.at(
      cities.map((each) => each.currency),
      city,
    ),
    phone: world.phone(city, 'phone'),
    ...world.address(city),
    company_type: world.pick(['prospect', 'prospect', 'prospect', 'customer', 'customer', 'partner', 'vendor'], 'type'),
  };
  return world.insert('companies', values, from, to);
}

/** The statement that adds the sample contacts `from` to `to`, at the companies that are there already. */
export function contactsStatement(options: SampleOptions, from: number, to: number): Statement {
  const world = new SampleWorld(options, 'contacts');
  const { dice } = world;
  const firstNames = dice.shuffle(FIRST_NAMES, 'first names');
  const lastNames = dice.shuffle(LAST_NAMES, 'last names');
  const first = `(n - 1) % ${firstNames.length}`;
  const last = `((n - 1) / ${firstNames.length} + ((n - 1) % ${firstNames.length}) * 37) % ${lastNames.length}`;
  // Counted like the names of companies; the round makes the address unique once all pairs are used.
  const round = `nullif((n - 1) / ${firstNames.length * lastNames.length}, 0)`;
  // Among the companies up to this contact's own size of the world: a larger size adds rows and changes none.
  const employer = `(1 + ${dice.roll('n', 'company', `((n + ${CONTACTS_PER_COMPANY - 1}) / ${CONTACTS_PER_COMPANY})`)})`;
  const city = world.cityIndex(employer);
  const made = world.createdMs();
  const job = dice.roll('n', 'job', JOBS.length);
  const person = {
    first_name: world.at(firstNames, first),
    last_name: world.at(lastNames, last),
    email: `${world.at(firstNames.map(slug), first)} || '.' || ${world.at(lastNames.map(slug), last)}
      || coalesce((${round} + 1)::text, '') || '@' || ${world.companyDomain(employer)}`,
    phone: world.phone(city, 'phone'),
    mobile: `CASE WHEN ${dice.roll('n', 'has mobile', 3)} = 0 THEN ${world.phone(city, 'mobile')} END`,
    job_title: world.at(
      JOBS.map(([title]) => title),
      job,
    ),
  };
  const values = {
    ...person,
    search_vector: searchVector(Object.values(person)),
    id: dice.id('n', made),
    created_at: instant(made),
    updated_at: instant(made),
    owner_id: world.owner(),
    assigned_to_id: world.owner(),
    created_by_id: world.owner(),
    tags: world.tags(),
    company_id: 'c.id',
    department: world.at(
      JOBS.map(([, department]) => department),
      job,
    ),
    ...world.address(city),
    contact_type: world.pick(['prospect', 'prospect', 'prospect', 'customer', 'customer', 'partner', 'vendor'], 'type'),
    status: world.pick(['active', 'active', 'active', 'active', 'lead', 'lead', 'inactive'], 'status'),
    source: world.pick(SOURCES, 'source'),
    do_not_email: `${dice.roll('n', 'do not email', 20)} = 0`,
    last_contacted_at: `CASE WHEN ${dice.roll('n', 'contacted', 5)} > 1 THEN
      ${instant(`(${made} + ${dice.roll('n', 'contacted after', `(${options.asOf.getTime()} - ${made} + 1)`)})`)} END`,
  };
  const join = `LEFT JOIN companies c ON ${dice.roll('n', 'has company', 12)} > 0
    AND c.domain = ${world.companyDomain(employer)} AND c.deleted_at IS NULL`;
  return world.insert('contacts', values, from, to, join);
}

/** What the trigger of the table makes; written out because the trigger is off while very many rows are added. */
function searchVector(fields: string[]): string {
  return `setweight(to_tsvector('simple', search_words(concat_ws(' ', ${fields.join(', ')}))), 'A')
    || to_tsvector('simple', coalesce(search_words(c.name), ''))`;
}
