import type { RequestHandler } from 'express';
import { assetVersion } from './assets.ts';
import { FAVICON, PANEL_PATH, PANEL_TITLE } from './brand.ts';
import { nonceOf } from './page-headers.ts';
import { CRM, OPERATIONS, PEOPLE, SALES } from './presentations/groups.ts';

/** Replaces every page that AdminJS prints by one of ours around the same state. */
export const rebuildPages: RequestHandler = (_req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    const isPage = typeof body === 'string' && body.includes('window.REDUX_STATE');
    return send(isPage ? rebuildPage(body, nonceOf(res)) : body);
  };
  next();
};

// One line each: JSON holds no bare line break, so nothing that a user typed can end the match early.
const STATE = /window\.REDUX_STATE = ([^\n]*);\n\s*window\.THEME = ([^\n]*);\n/;

/**
 * AdminJS prints its state into an inline script without escaping, so a name such as `</script><script>` would end it,
 * and links a font from another host. Only state and theme are taken over, as inert JSON.
 */
export function rebuildPage(html: string, nonce: string): string {
  const [, state, theme] = STATE.exec(html) ?? [];
  if (state === undefined || theme === undefined) throw new Error('AdminJS printed a page that is not understood.');
  const script = (name: string) =>
    `<script nonce="${nonce}" src="${PANEL_PATH}/frontend/assets/${name}.bundle.js?v=${assetVersion(name)}"></script>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${PANEL_TITLE}</title>
<link rel="icon" href="${FAVICON}">
<style>${RESET}</style>
<script nonce="${nonce}">
window.REDUX_STATE = ${escapeJson(state)};
window.THEME = ${escapeJson(theme)};
window.THEME_COMPONENTS = {};
window.AdminJS = { Components: {} };
window.__webpack_nonce__ = '${nonce}';
localStorage.sidebarElements ??= '${OPEN_GROUPS}';
</script>
${['global', 'design-system', 'app', 'components'].map(script).join('\n')}
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}">createRoot(document.getElementById('app')).render(AdminJS.Application);</script>
</body>
</html>`;
}

/** The groups of the menu are open until somebody closes one. */
const OPEN_GROUPS = JSON.stringify(
  Object.fromEntries([CRM, SALES, PEOPLE, OPERATIONS].map(({ name }) => [name, true])),
);

const ESCAPES: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function escapeJson(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? '');
}

const RESET = `
*,*::before,*::after{box-sizing:border-box}
html,body,#app{margin:0;padding:0;width:100%;height:100%;line-height:1}
h1,h2,h3,h4,h5,h6,p,ul,ol,figure,dl,dd{margin:0;padding:0;font:inherit}
ul,ol{list-style:none}
table{border-collapse:collapse;border-spacing:0}
a{color:inherit}
[hidden]{display:none}
[data-testid=notice-wrapper] *{min-width:0!important;max-width:100vw}
@media(max-width:576px){[data-css$=action-header] .adminjs_ButtonGroupItem{margin-bottom:8px}}
#app{isolation:isolate}
.record-page [data-css$=drawer-content]{background:#fff;padding:32px;overflow:visible}
.record-page [data-css$=drawer-footer]{background:#fff;padding:0 32px 32px}
[data-css$=table-wrapper]{overflow-x:auto}
[data-css$=table-wrapper] td{word-break:normal;overflow-wrap:break-word}
@media(max-width:576px){
[data-css$=table-wrapper] td{padding:12px 6px}
.record-page [data-css$=drawer-content]{padding:20px 16px}
}
:root{color-scheme:light}`;
