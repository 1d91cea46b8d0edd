import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const FILE = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

let script: Promise<string> | null = null;

/**
 * ReDoc in one file, without the picture that it fetches from its maker's server: it takes an address that does not
 * load for a picture that is away, and shows none. Rejects where a new version of ReDoc has another picture.
 */
export function loadRedocScript(): Promise<string> {
  script ??= readFile(FILE, 'utf8').then((text) => {
    if (!text.includes(LOGO)) throw new Error(`ReDoc no longer names ${LOGO}: see what it fetches instead.`);
    return text.replace(LOGO, 'data:,');
  });
  return script;
}
