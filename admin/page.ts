import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const FONT_LINK = /<link[^>]+fonts\.googleapis\.com[^>]*>/g;
const STATE_START = 'window.REDUX_STATE = ';
const STATE_END = 'window.THEME = ';
const LOGIN_START = "JSON.parse('";
const LOGIN_END = "');\n        } catch";

/**
 * Mends the pages that AdminJS prints: its state goes into an inline script without escaping, so a name such as
 * `</script><script>` would end it; it links a font from another host; and its inline scripts need a nonce under a
 * policy that allows no others.
 */
export const protectPages: RequestHandler = (_req, res, next) => {
  const nonce = randomBytes(16).toString('base64');
  res.setHeader('Content-Security-Policy', policy(nonce));
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Referrer-Policy', 'same-origin');
  const send = res.send.bind(res);
  res.send = ((body: unknown): Response => send(isPage(body) ? mendPage(body, nonce) : body)) as typeof res.send;
  next();
};

function isPage(body: unknown): body is string {
  return typeof body === 'string' && /^\s*<!doctype html>/i.test(body.slice(0, 200));
}

/** The page with its state escaped, its foreign font gone and a nonce on its scripts. */
export function mendPage(html: string, nonce: string): string {
  const stateEscaped = escapeBetween(html, STATE_START, STATE_END);
  return escapeBetween(stateEscaped, LOGIN_START, LOGIN_END)
    .replace(FONT_LINK, '')
    .replaceAll('<script', `<script nonce="${nonce}"`);
}

// The end is looked for from the back: what a user typed can stand only before it.
function escapeBetween(html: string, start: string, end: string): string {
  const from = html.indexOf(start);
  const to = html.lastIndexOf(end);
  if (from < 0 || to < from) return html;
  return html.slice(0, from) + html.slice(from, to).replaceAll('<', '\\u003c') + html.slice(to);
}

// styled-components writes style elements at run time.
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
