/** What each part of a rule may hold. Source: RFC 5545, 3.3.10. */
const DAYS = '(MO|TU|WE|TH|FR|SA|SU)';
const listOf = (item: string) => new RegExp(`^${item}(,${item})*$`);
const GRAMMAR: Record<string, RegExp> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^([1-9]\d{0,2}|1000)$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYDAY: listOf(`([+-]?([1-9]|[1-4]\\d|5[0-3]))?${DAYS}`),
  BYMONTHDAY: listOf('-?([1-9]|[12]\\d|3[01])'),
  BYMONTH: listOf('([1-9]|1[0-2])'),
  BYYEARDAY: listOf('-?([1-9]|[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])'),
  BYWEEKNO: listOf('-?([1-9]|[1-4]\\d|5[0-3])'),
  BYSETPOS: listOf('-?([1-9]|[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])'),
  WKST: new RegExp(`^${DAYS}$`),
};

const BY_FREQUENCY: Record<string, readonly string[]> = {
  DAILY: ['BYDAY', 'BYMONTH'],
  WEEKLY: ['BYDAY', 'BYMONTH', 'BYSETPOS'],
  MONTHLY: ['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS'],
  YEARLY: ['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS'],
};

/** Four times seven days are in every month, so that such a rule comes upon each weekday in each of them. */
const MAX_PICKY_DAILY_INTERVAL = 4;

export type RuleParts = Readonly<Record<string, string>>;

/** The parts of a rule that has been checked. */
export function readRule(rule: string): RuleParts {
  return Object.fromEntries(rule.split(';').map((part) => part.split('=') as [string, string]));
}

export function writeRule(parts: RuleParts): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
}

/**
 * A recurrence rule in its plain spelling. Throws an Error that says what is wrong. Days are the smallest step, so that
 * a day has at most one occurrence, and rules that would be searched for long and in vain are refused.
 */
export function parseRule(text: string): string {
  const parts: Record<string, string> = {};
  const plain = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '');
  for (const part of plain.split(';')) {
    const [name = '', value = '', ...rest] = part.split('=');
    if (!Object.hasOwn(GRAMMAR, name) || rest.length > 0) {
      throw new Error(`A rule has no part ${name.slice(0, 20) || '“”'} here.`);
    }
    if (Object.hasOwn(parts, name)) throw new Error(`${name} stands there twice.`);
    if (!GRAMMAR[name]?.test(value)) throw new Error(explainPart(name));
    parts[name] = value;
  }
  checkParts(parts);
  const { FREQ = '', ...others } = parts;
  return writeRule({ FREQ, ...others });
}

function checkParts(parts: RuleParts): void {
  const { FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH, BYSETPOS } = parts;
  if (!FREQ) throw new Error(explainPart('FREQ'));
  if (COUNT && UNTIL) throw new Error('Give COUNT or UNTIL, not both.');
  if (UNTIL && Number.isNaN(readUntil(UNTIL).wall)) throw new Error('UNTIL is no day of the calendar.');
  const by = Object.keys(parts).filter((name) => name.startsWith('BY'));
  for (const name of by) {
    if (!BY_FREQUENCY[FREQ]?.includes(name)) throw new Error(`${name} does not go with FREQ=${FREQ}.`);
  }
  if (BYSETPOS && by.length === 1) throw new Error('BYSETPOS chooses among what another BY part gives.');
  const isOrdinal = /\d/.test(BYDAY ?? '');
  if (isOrdinal && (FREQ === 'DAILY' || FREQ === 'WEEKLY' || parts.BYWEEKNO)) {
    throw new Error('Only MONTHLY and YEARLY take numbered days, and not with BYWEEKNO.');
  }
  if (FREQ === 'DAILY' && (BYDAY || BYMONTH) && Number(INTERVAL ?? 1) > MAX_PICKY_DAILY_INTERVAL) {
    throw new Error(`DAILY with BYDAY or BYMONTH takes an INTERVAL of at most ${MAX_PICKY_DAILY_INTERVAL}.`);
  }
}

function explainPart(name: string): string {
  if (name === 'FREQ') return 'FREQ is one of DAILY, WEEKLY, MONTHLY and YEARLY.';
  if (name === 'COUNT') return 'COUNT is a whole number from 1 to 1000.';
  if (name === 'INTERVAL') return 'INTERVAL is a whole number from 1 to 999.';
  if (name === 'UNTIL') return 'UNTIL is spelled 20261231 or 20261231T235959Z.';
  return `${name} is not spelled as RFC 5545 says.`;
}

/** The end of a rule, itself included: as it is spelled, and whether that is in UTC. A bare day is all of it. */
export function readUntil(text: string): { wall: number; isUtc: boolean } {
  const [, year, month, day, hour = '23', minute = '59', second = '59', z] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const wall = Date.parse(iso);
  // An impossible day would roll over into the next month.
  const isDay = !Number.isNaN(wall) && new Date(wall).toISOString() === iso;
  return { wall: isDay ? wall : Number.NaN, isUtc: z === 'Z' };
}

/** An UNTIL in UTC, up to the second in which this lies. */
export function writeUntil(instant: Date): string {
  const second = new Date(Math.ceil(instant.getTime() / 1000) * 1000);
  return `${second.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
