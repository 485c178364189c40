import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';

/** Fails the bundle at the first module of Node that it reaches. */
const noNode: Plugin = {
  name: 'no-node',
  setup(build) {
    const names = new RegExp(`^(?:node:.*|${builtinModules.join('|')})$`);
    build.onResolve({ filter: names }, ({ path }) => ({ errors: [{ text: `reaches ${path}` }] }));
  },
};

/** Bundles a piece of code with esbuild, as if it stood in this folder. */
async function bundle(code: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    tsconfigRaw: {}, // the packages as they are published, not their sources
    bundle: true,
    write: false,
    logLevel: 'silent',
    ...options,
  });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error('esbuild wrote nothing.');
  return file.text;
}

/** As the application of a page. */
export function bundleForPage(code: string): Promise<string> {
  return bundle(code, { platform: 'browser', format: 'iife' });
}

/** As the application of an edge runtime, with the conditions it resolves by. */
export function bundleForEdge(code: string, conditions: string[]): Promise<string> {
  return bundle(code, { platform: 'neutral', format: 'esm', conditions, plugins: [noNode] });
}
