import { BRAND_COLOR, ICON } from '../src/http/icon.ts';

export { BRAND_COLOR };

/** Where the panel lives, and what it calls itself. */
export const PANEL_PATH = '/admin';
export const LOGIN_PATH = `${PANEL_PATH}/login`;
export const LOGOUT_PATH = `${PANEL_PATH}/logout`;
export const PANEL_TITLE = 'MyCRM';

/** The fonts of the reader's own system: nothing is loaded from elsewhere. */
export const FONT_STACK =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

/** Text that the design system sets in pale grey and thin strokes, dark and strong enough to be read by everybody. */
export const COLORS = { primary100: BRAND_COLOR, grey60: '#565c70', grey40: '#666c80' };
export const FONT_WEIGHTS = { lighter: 400, light: 400, normal: 400, bold: 650, bolder: 700 };

export const FAVICON = `data:image/svg+xml,${encodeURIComponent(ICON)}`;
