/** A record as AdminJS keeps it in a form: flat, `tags.0` and `tags.1` for a list. */
export type FlatParams = Record<string, unknown>;

/** The field that a flat name belongs to: `tags` of `tags.0`. */
export function fieldOf(path: string): string {
  return path.split('.')[0] ?? path;
}

/** The fields that hold something else than before. An empty text is what a form makes of a null, so the two are equal. */
export function changedFields(before: FlatParams, after: FlatParams): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)].map(fieldOf));
  return [...names].filter((name) => printField(before, name) !== printField(after, name));
}

/** What is sent of these fields; one that was emptied goes as an empty text, which AdminJS would leave out of a list. */
export function pickFields(params: FlatParams, names: readonly string[]): FlatParams {
  return Object.assign({}, ...names.map((name) => pickField(params, name)));
}

/** The fields that hold anything. */
export function filledFields(params: FlatParams): string[] {
  return changedFields({}, params);
}

export function withoutFields(params: FlatParams, names: readonly string[]): FlatParams {
  return Object.fromEntries(Object.entries(params).filter(([path]) => !names.includes(fieldOf(path))));
}

function pickField(params: FlatParams, name: string): FlatParams {
  const parts = partsOf(params, name);
  return parts.length > 0 ? Object.fromEntries(parts) : { [name]: '' };
}

function printField(params: FlatParams, name: string): string {
  return JSON.stringify(partsOf(params, name).map(([path, value]) => [path, String(value)]));
}

function partsOf(params: FlatParams, name: string): [string, unknown][] {
  return Object.entries(params).filter(([path, value]) => fieldOf(path) === name && !isBlank(value));
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
