import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** What AdminJS's own bundles leave on `window`, so that our components share its React. */
const GLOBALS: Record<string, string> = {
  react: 'window.React',
  'react/jsx-runtime': '{ jsx: window.React.createElement, jsxs: window.React.createElement }',
  '@adminjs/design-system': 'window.AdminJSDesignSystem',
  adminjs: 'window.AdminJS',
};

const useGlobals: Plugin = {
  name: 'use-globals',
  setup(builder) {
    builder.onResolve({ filter: /.*/ }, ({ path }) => (path in GLOBALS ? { path, namespace: 'global' } : undefined));
    builder.onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => ({ contents: `module.exports = ${GLOBALS[path]};`, loader: 'js' }));
  },
};

/** LIST of our components by the name that AdminJS knows them by. */
export const components = { Dashboard: './dashboard.tsx' };

/**
 * The script that defines our components. esbuild makes it in some 50 ms in memory; AdminJS's own bundler takes seconds
 * and writes into the working folder.
 */
export async function bundleComponents(): Promise<string> {
  const lines = Object.entries(components).flatMap(([name, path]) => [
    `import ${name} from '${path}';`,
    `window.AdminJS.UserComponents.${name} = ${name};`,
  ]);
  const result = await build({
    stdin: { contents: `window.AdminJS.UserComponents = {};\n${lines.join('\n')}`, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    jsx: 'transform',
    plugins: [useGlobals],
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}
