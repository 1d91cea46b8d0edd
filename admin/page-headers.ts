import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** The word that tells our inline scripts from injected ones, new for each page. */
export function nonceOf(res: unknown): string {
  return (res as Response).locals.nonce as string;
}

/** What no page of the panel goes without. Styles stay open, as the design system writes style elements at run time. */
export const protectPages: RequestHandler[] = [
  (_req, res, next) => {
    res.locals.nonce = randomBytes(16).toString('base64');
    res.setHeader('Cache-Control', 'no-store');
    next();
  },
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [(_req, res) => `'nonce-${nonceOf(res)}'`],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    // With no-referrer a browser would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
  }),
];
