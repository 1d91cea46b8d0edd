import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router } from 'express';
import { bundleComponents } from './bundle.ts';

const require = createRequire(import.meta.url);
const adminJs = dirname(require.resolve('adminjs'));
const scripts = join(adminJs, 'lib/frontend/assets/scripts');
const designSystem = join(dirname(require.resolve('@adminjs/design-system')), '..');
const { version } = JSON.parse(readFileSync(join(adminJs, 'package.json'), 'utf8')) as { version: string };

/**
 * LIST of the scripts of a page. Always the minified ones: in development AdminJS would serve 26 MB instead of three.
 */
const SCRIPTS: Record<string, () => Promise<string>> = {
  global: () => readFile(join(scripts, 'global-bundle.production.js'), 'utf8'),
  'design-system': () => readFile(join(designSystem, 'bundle.production.js'), 'utf8'),
  app: () => readFile(join(scripts, 'app-bundle.production.js'), 'utf8'),
  components: bundleComponents,
};

// Our own components change without a new version of AdminJS, so they are asked for anew by each process.
const started = Date.now().toString(36);

/** Part of a script's address, so that a browser keeps it until it changes. */
export function assetVersion(name: string): string {
  return name === 'components' ? started : version;
}

const compress = promisify(gzip);
const compressed = new Map<string, Promise<Buffer>>();

/** Serves the scripts compressed and for a year; each is read and compressed when it is first asked for. */
export function createAssetRouter(): Router {
  const router = Router();
  for (const [name, read] of Object.entries(SCRIPTS)) {
    router.get(`/frontend/assets/${name}.bundle.js`, async (req, res) => {
      const isTaken = req.acceptsEncodings('gzip') === 'gzip';
      const body = isTaken ? await findCompressed(name, read) : await read();
      res.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      res.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
      res.setHeader('Vary', 'Accept-Encoding');
      if (isTaken) res.setHeader('Content-Encoding', 'gzip');
      res.end(body);
    });
  }
  return router;
}

function findCompressed(name: string, read: () => Promise<string>): Promise<Buffer> {
  let found = compressed.get(name);
  if (!found) {
    found = read().then((text) => compress(text));
    compressed.set(name, found);
    // A failure is not kept: the next request tries again.
    found.catch(() => compressed.delete(name));
  }
  return found;
}
