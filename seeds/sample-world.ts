import type { Statement } from '../src/core/database.ts';
import { Parameters } from '../src/crud/select.ts';
import { SampleDice } from './sample-dice.ts';
import { CITIES, COMPANY_STEMS, STREETS, slug, TAGS, TRADES } from './sample-words.ts';

export interface SampleOptions {
  /** Another seed gives other people at other companies. */
  seed: number;
  /** The default one has the shorter domains. */
  isDefaultSeed: boolean;
  /** Rows were made in the 18 months before this instant. */
  asOf: Date;
  /** Ids of the users who own the rows; one who stands there twice owns twice as many. Empty: nobody does. */
  owners: readonly string[];
}

export const CONTACTS_PER_COMPANY = 5;

const SPAN_MS = 548 * 86_400_000;

/** Everything that both tables must agree on: who row `n` of the companies is. */
export class SampleWorld {
  readonly parameters = new Parameters();
  readonly dice: SampleDice;
  readonly #options: SampleOptions;
  readonly #stems: string[];
  readonly #trades: [string, string][];
  readonly cities: typeof CITIES;

  constructor(options: SampleOptions, table: string) {
    this.#options = options;
    this.dice = new SampleDice(options.seed, table);
    this.#stems = this.dice.shuffle(COMPANY_STEMS, 'stems');
    this.#trades = this.dice.shuffle(TRADES, 'trades');
    this.cities = this.dice.shuffle(CITIES, 'cities');
  }

  /** SQL: the item of a list at a zero-based index. */
  at(list: readonly (string | null)[], index: string, type = 'text'): string {
    return `(${this.parameters.bind(list)}::${type}[])[1 + ${index}]`;
  }

  /** SQL: any item of a list, by a die of this purpose. */
  pick(list: readonly (string | null)[], purpose: string, type?: string): string {
    return this.at(list, this.dice.roll('n', purpose, list.length), type);
  }

  // Counted through like the digits of a number, so that no two companies share a name: stem, trade and, once all
  // pairs of those are used, city.
  #stemIndex = (n: string) => `(${n} - 1) % ${this.#stems.length}`;
  #tradeIndex = (n: string) =>
    `((${n} - 1) / ${this.#stems.length} + ((${n} - 1) % ${this.#stems.length}) * 7) % ${this.#trades.length}`;
  cityIndex = (n: string) => `(((${n} - 1) / ${this.#stems.length * this.#trades.length} + ${n}) % ${CITIES.length})`;

  industry(n: string): string {
    return this.at(
      this.#trades.map(([, industry]) => industry),
      this.#tradeIndex(n),
    );
  }

  companyName(n: string): string {
    const names = this.#trades.map(([trade]) => trade);
    const place = this.#place(n, ' ', (city) => city);
    return `${this.at(this.#stems, this.#stemIndex(n))} || ' ' || ${this.at(names, this.#tradeIndex(n))} || ${place}`;
  }

  /** In `.example`, which no mail ever reaches. Companies of two seeds never share a domain. */
  companyDomain(n: string): string {
    const { seed, isDefaultSeed } = this.#options;
    const top = isDefaultSeed ? '.example' : `.s${seed}.example`;
    const trades = this.#trades.map(([trade]) => slug(trade));
    return `${this.at(this.#stems.map(slug), this.#stemIndex(n))} || '-' || ${this.at(trades, this.#tradeIndex(n))}
      || ${this.#place(n, '-', slug)} || '${top}'`;
  }

  #place(n: string, separator: string, spell: (city: string) => string): string {
    const suffixes = ['', ...CITIES.map((city) => separator + spell(city.name))];
    return this.at(suffixes, `(${n} - 1) / ${this.#stems.length * this.#trades.length}`);
  }

  createdMs(): string {
    return `(${this.#options.asOf.getTime()} - ${this.dice.roll('n', 'created_at', SPAN_MS)})`;
  }

  owner(): string {
    const { owners } = this.#options;
    return owners.length > 0 ? this.pick(owners, 'owner', 'uuid') : 'NULL::uuid';
  }

  phone(city: string, purpose: string): string {
    const prefixes = this.cities.map(({ phonePrefix }) => phonePrefix);
    return `${this.at(prefixes, city)} || lpad(${this.dice.roll('n', purpose, 100)}::text, 2, '0')`;
  }

  address(city: string): Record<string, string> {
    const of = (field: 'name' | 'state' | 'country') =>
      this.at(
        this.cities.map((each) => each[field]),
        city,
      );
    const street = `${this.dice.roll('n', 'house', 240)} + 1 || ' ' || ${this.pick(STREETS, 'street')}`;
    return { address_line_1: street, city: of('name'), state: of('state'), country: of('country') };
  }

  /** None, one or two that stand beside each other in the list. */
  tags(): string {
    const from = this.dice.roll('n', 'tag', TAGS.length - 1);
    return `(${this.parameters.bind(TAGS)}::text[])[1 + ${from} : ${from} + ${this.dice.roll('n', 'tags', 3)}]`;
  }

  /** The INSERT of rows `from` to `to`, which leaves those that are there already; answers how many were `added`. */
  insert(table: string, values: Record<string, string>, from: number, to: number, join = ''): Statement {
    const range = `generate_series(${this.parameters.bind(from)}::bigint, ${this.parameters.bind(to)}::bigint) AS n`;
    const text = `WITH added AS (
      INSERT INTO ${table} (${Object.keys(values).join(', ')})
      SELECT ${Object.values(values).join(',\n        ')}
      FROM ${range} ${join}
      ON CONFLICT DO NOTHING RETURNING 1)
      SELECT count(*) AS added FROM added`;
    return { text, values: this.parameters.values };
  }
}
