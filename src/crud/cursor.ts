import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { fieldError } from '../core/errors.ts';

export interface Cursor {
  /** The resource and ordering it was made for; it means nothing in another. */
  madeFor: string;
  isBackward: boolean;
  /** The sort values of the row it stands at. */
  values: unknown[];
}

/** An opaque, signed cursor: what it holds goes into a statement's parameters, so it must be ours. */
export function encodeCursor(key: KeyObject, cursor: Cursor): string {
  const body = Buffer.from(JSON.stringify([cursor.madeFor, cursor.isBackward, cursor.values])).toString('base64url');
  return `${body}.${sign(key, body)}`;
}

/** Throws a 400 for a cursor that is forged, damaged or made for another resource or ordering. */
export function decodeCursor(key: KeyObject, text: string, madeFor: string): Cursor {
  const [body = '', signature = '', ...rest] = text.split('.');
  const expected = Buffer.from(sign(key, body));
  const given = Buffer.from(signature);
  if (rest.length > 0 || expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw fieldError('cursor', 'invalid_cursor', 'This is not a cursor of ours.');
  }
  const [origin, isBackward, values] = JSON.parse(Buffer.from(body, 'base64url').toString());
  if (origin !== madeFor)
    throw fieldError('cursor', 'invalid_cursor', 'This cursor belongs to another list or ordering.');
  return { madeFor, isBackward, values };
}

function sign(key: KeyObject, body: string): string {
  return createHmac('sha256', key).update(body).digest('base64url').slice(0, 22);
}
