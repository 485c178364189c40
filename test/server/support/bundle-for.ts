import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';

/** Fails the bundle if it imports a Node module. */
const noNode: Plugin = {
  name: 'no-node',
  setup(build) {
    const names = new RegExp(`^(?:node:.*|${builtinModules.join('|')})$`);
    build.onResolve({ filter: names }, ({ path }) => ({ errors: [{ text: `reaches ${path}` }] }));
  },
};

/** Bundles code with esbuild, as if it were a file in this folder. */
async function bundle(code: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    tsconfigRaw: {}, // the published packages, not their sources
    bundle: true,
    write: false,
    logLevel: 'silent',
    ...options,
  });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error('esbuild wrote nothing.');
  return file.text;
}

/** Bundles for a browser. */
export function bundleForPage(code: string): Promise<string> {
  return bundle(code, { platform: 'browser', format: 'iife' });
}

/** Bundles for an edge runtime, with its export conditions. */
export function bundleForEdge(code: string, conditions: string[]): Promise<string> {
  return bundle(code, {
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    conditions,
    plugins: [noNode],
  });
}
