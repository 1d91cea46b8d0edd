/** Lists carry links to their neighbours; the panel makes its own. */
export const NO_URL = 'http://panel.invalid/';
