import type { RequestHandler } from 'express';

export const BRAND_COLOR = '#3040d6';

/** The sign of MyCRM, small enough to stand in a page. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${BRAND_COLOR}"/><path d="M8 23V9l8 9 8-9v14" fill="none" stroke="#fff" stroke-width="3.2" stroke-linejoin="round" stroke-linecap="round"/></svg>`;

/** Browsers ask for /favicon.ico on every page that names no icon, and go by the type rather than the name. */
export const sendIcon: RequestHandler = (_req, res) => {
  res.setHeader('Cache-Control', 'public, max-age=86400');
  res.type('image/svg+xml').send(ICON);
};
