import { BRAND_COLOR, FAVICON, FONT_STACK, LOGIN_PATH, LOGOUT_PATH, PANEL_PATH, PANEL_TITLE } from './brand.ts';

export interface SignInPage {
  nonce: string;
  /** Where to go afterwards. */
  next: string;
  email?: string;
  error?: string;
}

/** A page of our own, so that nobody waits for AdminJS and three megabytes of scripts before they are signed in. */
export function renderSignIn({ nonce, next, email = '', error }: SignInPage): string {
  return renderCard(
    nonce,
    'Sign in',
    `<form method="post" action="${LOGIN_PATH}">
      ${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ''}
      <input type="hidden" name="next" value="${escapeHtml(next)}">
      <label for="email">E-mail or username</label>
      <input id="email" name="email" type="text" autocomplete="username" maxlength="254" required
        value="${escapeHtml(email)}" ${email ? '' : 'autofocus'}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" maxlength="128" required
        ${email ? 'autofocus' : ''}>
      <button>Sign in</button>
    </form>`,
  );
}

export const HTTPS_NEEDED = 'The panel needs HTTPS. Behind a proxy, set TRUST_PROXY to the number of proxies.';

/** In the place of the form, so that nobody types a password into a page that cannot keep it. */
export function renderInsecure(nonce: string, host: string): string {
  const secure = `https://${host.replace(/:\d+$/, '')}${PANEL_PATH}`;
  return renderCard(
    nonce,
    'HTTPS needed',
    `<p class="error" role="alert">${HTTPS_NEEDED}</p>
    <p>This page came over plain HTTP, where anybody on the way could read your password. Open
      <a href="${escapeHtml(secure)}">${escapeHtml(secure)}</a>, or ask who runs MyCRM; the README says how to put
      HTTPS in front of it.</p>`,
  );
}

/** Asked of who was sent here from another site. */
export function renderSignOut(nonce: string): string {
  return renderCard(
    nonce,
    'Sign out?',
    `<form method="post" action="${LOGOUT_PATH}">
      <button>Sign out</button>
      <p class="other"><a href="${PANEL_PATH}">Stay signed in</a></p>
    </form>`,
  );
}

function renderCard(nonce: string, title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${PANEL_TITLE}</title>
<link rel="icon" href="${FAVICON}">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<p class="brand"><img src="${FAVICON}" alt="" width="36" height="36">${PANEL_TITLE}</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:#f3f4f8;color:#1c2033;
  font:16px/1.5 ${FONT_STACK}}
main{width:100%;max-width:400px;padding:36px;background:#fff;border:1px solid #e2e5ee;border-radius:14px;
  box-shadow:0 10px 34px rgba(28,32,51,.08)}
.brand{display:flex;align-items:center;gap:12px;margin:0 0 26px;font-size:19px;font-weight:650}
h1{margin:0 0 20px;font-size:24px;font-weight:650;letter-spacing:-.01em}
label{display:block;margin:0 0 6px;font-size:14px;font-weight:550}
input{width:100%;margin:0 0 18px;padding:11px 13px;border:1px solid #c3c8d8;border-radius:8px;font:inherit;color:inherit}
input:focus-visible{outline:2px solid ${BRAND_COLOR};outline-offset:1px;border-color:transparent}
button{width:100%;margin-top:6px;padding:12px;border:0;border-radius:8px;background:${BRAND_COLOR};color:#fff;
  font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(.92)}
button:focus-visible{outline:2px solid ${BRAND_COLOR};outline-offset:2px}
.error{margin:0 0 20px;padding:11px 13px;border-radius:8px;background:#fdecec;color:#96161f;font-size:15px}
.other{margin:18px 0 0;text-align:center}
a{color:${BRAND_COLOR}}
@media(max-width:480px){main{padding:26px 22px}}`;
