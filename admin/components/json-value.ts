import { flat, type RecordJSON } from 'adminjs';

/** What a JSON field of a record holds: text from our services, as it came or as an editor left it. */
export function readJson(record: RecordJSON, path: string): unknown {
  const value: unknown = flat.get(record.params, path);
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** What is wrong with the field at `path` or with something inside it, such as `emails.0.value`. */
export function findError(record: RecordJSON, path: string): string | undefined {
  const errors = record.errors ?? {};
  const within = Object.keys(errors).find((key) => key === path || key.startsWith(`${path}.`));
  return within === undefined ? undefined : errors[within]?.message;
}

/** The record without what was said of the inside of a field, for when its items have moved. */
export function forgetErrors(record: RecordJSON, path: string): RecordJSON {
  const kept = Object.entries(record.errors ?? {}).filter(([key]) => !key.startsWith(`${path}.`));
  return { ...record, errors: Object.fromEntries(kept) };
}
