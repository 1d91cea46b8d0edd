/** Codes of a standard, which a form offers by their names. Both sides import this: the browser knows the names too. */
export type CodeKind = 'country' | 'currency' | 'timezone' | 'locale';

export interface CodeChoice {
  value: string;
  label: string;
}

const NAMES: Record<CodeKind, (code: string) => string | undefined> = {
  country: namesOf('region'),
  currency: namesOf('currency'),
  locale: namesOf('language'),
  timezone: (zone) => zone.replaceAll('_', ' '),
};

/** What a person calls the code; one without a name stays as it is. */
export function nameCode(kind: CodeKind, code: string): string {
  try {
    return NAMES[kind](code) ?? code;
  } catch {
    return code;
  }
}

/** Every code with its name, by name. */
export function listCodes(kind: CodeKind): CodeChoice[] {
  const choices = CODES[kind]().map((value) => ({ value, label: labelCode(kind, value) }));
  return choices.sort((a, b) => a.label.localeCompare(b.label, 'en'));
}

/** Names are looked for, and so are currencies and languages by their code. */
function labelCode(kind: CodeKind, code: string): string {
  const name = nameCode(kind, code);
  return kind === 'currency' || kind === 'locale' ? `${name} (${code})` : name;
}

const CODES: Record<CodeKind, () => string[]> = {
  country: () => pairs('A').filter(isCountry),
  currency: () => Intl.supportedValuesOf('currency'),
  timezone: () => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])],
  locale: () => pairs('a').filter((code) => NAMES.locale(code) !== undefined),
};

function namesOf(type: 'region' | 'currency' | 'language') {
  const names = new Intl.DisplayNames('en', { type, fallback: 'none' });
  return (code: string) => names.of(code);
}

/** Groups of countries, reserved codes and the two that stand for no place at all. */
const NO_COUNTRIES = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ']);

function isCountry(code: string): boolean {
  if (NO_COUNTRIES.has(code) || NAMES.country(code) === undefined) return false;
  // A code that was given up, such as DD, is spelled as its successor.
  return Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
}

function pairs(first: string): string[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(first.charCodeAt(0) + index));
  return letters.flatMap((one) => letters.map((two) => one + two));
}
