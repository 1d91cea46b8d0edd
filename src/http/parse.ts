import { type ZodType, z } from 'zod';
import { AppError, badRequest, type FieldError, validationError } from '../core/errors.ts';
import { suggestName } from '../core/nearest.ts';
import { explainIssue } from './issues.ts';

/** What the names of an input are called. */
export type InputKind = 'field' | 'parameter';

/** Parses one part of a request. Throws a 400 that names every faulty field, with a suggestion for an unknown one. */
export function parseInput<T>(schema: ZodType<T>, value: unknown, kind: InputKind = 'field'): T {
  const parsed = schema.safeParse(value, { error: explainIssue });
  if (parsed.success) return parsed.data;
  throw validationError(parsed.error.issues.flatMap((issue) => describeIssue(issue, schema, value, kind)));
}

/** A suggestion costs more than the key it is for, so a body of 10,000 wrong keys gets only some. */
const MAX_UNKNOWN = 20;

function describeIssue(issue: z.core.$ZodIssue, schema: ZodType, value: unknown, kind: InputKind): FieldError[] {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const valid = issue.path.length === 0 ? shapeKeys(schema) : [];
    return issue.keys.slice(0, MAX_UNKNOWN).map((given) => {
      const key = given.slice(0, 80);
      const message = `Unknown ${kind} ${key}.${suggestName(key, valid)}`;
      return { field: field ? `${field}.${key}` : key, code: `unknown_${kind}`, message };
    });
  }
  const isMissing = issue.path.length > 0 && (valueAt(value, issue.path) ?? null) === null && EMPTY.has(issue.code);
  if (isMissing) return [{ field, code: 'required', message: 'This field is required.' }];
  return [{ field, code: issueCode(issue), message: issue.message }];
}

/** What zod says of a null, or of nothing, where a value is wanted: of a choice it calls it a wrong value. */
const EMPTY = new Set<string>(['invalid_type', 'invalid_value']);

function issueCode(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_format') return `invalid_${issue.format}`;
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') return issue.params.code;
  return issue.code;
}

function shapeKeys(schema: ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/**
 * The query as single strings. Throws a 400 when a parameter is given twice: which of the two would count is not
 * for a parser to guess.
 */
export function readQuery(query: Record<string, unknown>): Record<string, string> {
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string') continue;
    throw validationError([{ field: name.slice(0, 80), code: 'repeated', message: 'Give this parameter once.' }]);
  }
  return query as Record<string, string>;
}

/**
 * Throws a 400 where a percent sequence is no UTF-8. The query parser reads those as U+FFFD, and a filter on that is a
 * filter on something that nobody meant.
 */
export function refuseBrokenQuery(url: string): void {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return;
  try {
    decodeURIComponent(url.slice(start));
  } catch {
    throw badRequest('bad_request', 'The query is not valid percent-encoding of UTF-8.');
  }
}

/** Every body here is an object. */
export function refuseOtherThanObject(body: unknown): void {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return;
  throw validationError([{ field: '', code: 'invalid_type', message: 'Give a JSON object as the body.' }]);
}

const MAX_NESTING = 32;

/**
 * Refuses what no shape here has and some code below would stumble over: nesting that exhausts the stack, and the one
 * key that reaches a prototype.
 */
export function refuseHostileShape(body: unknown): void {
  const open: [value: unknown, depth: number][] = [[body, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_NESTING) throw badRequest('validation', `The body is nested more than ${MAX_NESTING} deep.`);
    if (Object.hasOwn(value, '__proto__')) throw badRequest('validation', 'The key __proto__ is not allowed.');
    for (const inner of Object.values(value)) open.push([inner, depth + 1]);
  }
}

/** 400 for a body that is not JSON, in the words of the conventions. */
export function malformedBody(detail: string): AppError {
  return new AppError({ status: 400, code: 'malformed_json', title: 'Malformed JSON', detail });
}
