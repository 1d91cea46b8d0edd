import { createHash } from 'node:crypto';

/** Throws dice inside SQL: the same seed and row number give the same result on every server. */
export class SampleDice {
  readonly #seed: number;
  readonly #table: string;

  constructor(seed: number, table: string) {
    this.#seed = seed;
    this.#table = table;
  }

  /** SQL: a number from 0 to `sides - 1` for row `n`; each purpose has a die of its own. */
  roll(n: string, purpose: string, sides: number | string): string {
    const salt = createHash('sha256').update(`${this.#seed}:${this.#table}:${purpose}`).digest().readBigInt64LE();
    return `((hashint8extended(${n}, '${salt}') & 9223372036854775807) % ${sides})`;
  }

  /** SQL: a UUIDv7 for row `n` made at `ms`, so that ids sort by time like those of the application. */
  id(n: string, ms: string): string {
    const digits = `md5('${this.#seed}:${this.#table}:' || ${n})`;
    return `(lpad(to_hex(${ms}), 12, '0') || '7' || left(${digits}, 3) || '8' || right(${digits}, 15))::uuid`;
  }

  /** The list in an order that hangs on the seed. */
  shuffle<T>(list: readonly T[], purpose: string): T[] {
    const rank = (index: number) => createHash('sha256').update(`${this.#seed}:${purpose}:${index}`).digest('hex');
    return list
      .map((item, index) => ({ item, rank: rank(index) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .map(({ item }) => item);
  }
}
