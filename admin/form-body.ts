import express, { type RequestHandler } from 'express';
import { AppError, badRequest } from '../src/core/errors.ts';
import { readQuery } from '../src/http/parse.ts';

export type FormFields = Record<string, string>;

const MAX_BYTES = '512kb';
const MAX_FIELDS = 400;
const MAX_NAME = 120;
const MAX_DEPTH = 6;
/** AdminJS unfolds `tags.3` into a list; a huge index would make a huge list. */
const MAX_INDEX = 200;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype', 'length']);

const readBytes = express.raw({ type: () => true, limit: MAX_BYTES });

/** Reads a form of bounded size into `req.fields`, where AdminJS looks for it. Files are not taken. */
export const readForm: RequestHandler[] = [
  (req, res, next) => (req.method === 'POST' ? readBytes(req, res, next) : next()),
  async (req, _res, next) => {
    const form: FormFields =
      Buffer.isBuffer(req.body) && req.body.length > 0 ? await parseForm(req.body, req.headers['content-type']) : {};
    refuseNames(Object.keys(form));
    refuseNames(Object.keys(readQuery(req.query)));
    Object.assign(req, { fields: form });
    next();
  },
];

async function parseForm(body: Buffer, type = ''): Promise<FormFields> {
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
    const detail = 'The panel takes forms only.';
    throw new AppError({ status: 415, code: 'unsupported_media_type', title: 'Unsupported media type', detail });
  }
  const parsed = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } })
    .formData()
    .catch(() => null);
  if (!parsed) throw badRequest('malformed_form', 'The form could not be read.');
  const form: FormFields = Object.create(null);
  for (const [name, value] of parsed) {
    if (typeof value !== 'string') throw badRequest('malformed_form', 'Files are not taken here.');
    if (name in form) throw badRequest('malformed_form', `Send ${name.slice(0, 80)} once.`);
    form[name] = value;
  }
  return { ...form };
}

/** Throws a 400 for names that AdminJS would unfold into something huge, deep or into a prototype. */
function refuseNames(names: string[]): void {
  if (names.length <= MAX_FIELDS && !names.some(isHostile)) return;
  throw badRequest('malformed_form', 'These are not the fields of a form of the panel.');
}

function isHostile(name: string): boolean {
  const parts = name.split(/[.[\]]+|~~/);
  if (name.length > MAX_NAME || parts.length > MAX_DEPTH) return true;
  return parts.some((part) => FORBIDDEN.has(part) || (/^\d+$/.test(part) && Number(part) > MAX_INDEX));
}
