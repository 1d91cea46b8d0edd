import { type Before, flat } from 'adminjs';
import type { Row } from '../src/core/database.ts';
import type { Resource } from '../src/crud/resource.ts';
import { refuseHostileShape } from '../src/http/parse.ts';

export type Values = Record<string, unknown>;

/** The fields that a form may write, as the resource's shapes want them: a form sends text for everything. */
export function readValues(resource: Resource, fields: readonly string[], form: Values): Values {
  const values: Values = {};
  for (const name of fields) {
    const value: unknown = flat.get(form as Parameters<typeof flat.get>[0], name);
    if (value !== undefined) values[name] = readValue(resource.kinds.get(name), value);
  }
  return values;
}

/**
 * A row as AdminJS is given it: JSON as text. It would take an object apart into a form field for each value, all of
 * them texts, with nothing that tells `true` from "true" or an empty list from none.
 */
export function printValues(resource: Resource, row: Row): Row {
  const printed = Object.entries(row).map(([name, value]) => [
    name,
    resource.kinds.get(name) === 'json' && value !== null ? JSON.stringify(value) : value,
  ]);
  return Object.fromEntries(printed);
}

const NEVER_EMPTY = new Set<string | undefined>(['number', 'instant', 'date']);

/**
 * Run before AdminJS reads a form: it expects a list where the column is one, whatever was sent, and would make a zero
 * of a number that was left out and no moment at all of a time. The version that the form was made from is put aside,
 * as AdminJS would show it as the version of the row.
 */
export function shapeForm(resource: Resource): Before {
  return (request, context) => {
    const { version, ...fields } = request.payload ?? {};
    context.version = version;
    const form = Object.entries(fields).map(([name, value]) => {
      const kind = resource.kinds.get(name);
      if (kind === 'list' && !Array.isArray(value)) return [name, toList(value)];
      return [name, value === '' && NEVER_EMPTY.has(kind) ? null : value];
    });
    return { ...request, payload: Object.fromEntries(form) };
  };
}

function readValue(kind: string | undefined, value: unknown): unknown {
  if (kind === 'number' && typeof value === 'string') {
    const text = value.trim();
    return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
  }
  if (value instanceof Date) return readMoment(kind, value);
  if (kind === 'list') return toList(value);
  if (kind === 'json' && typeof value === 'string') return readJson(value);
  return value;
}

/** AdminJS makes an object of each text in a column of time. What it could not read goes on to be refused. */
function readMoment(kind: string | undefined, moment: Date): string {
  if (Number.isNaN(moment.getTime())) return String(moment);
  return kind === 'date' ? moment.toISOString().slice(0, 10) : moment.toISOString();
}

/** What is not JSON stays the text that it is, and the field's shape refuses it. */
function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  refuseHostileShape(value);
  return value;
}

function toList(value: unknown): unknown {
  if (value === '' || value === null) return [];
  return Array.isArray(value) ? value.filter((item) => item !== '') : [value];
}
