import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Compiles a worker, which runs in a separate process on a Node without type stripping. Imports of packages remain, so the worker
 * uses the built packages.
 *
 * @param name - File name in `workers/` without its extension.
 * @returns The path of the script.
 */
export function compileWorker(name: string): Promise<string> {
  return compileFile(`workers/${name}.ts`);
}

/**
 * Does the same with any file.
 *
 * @param path - Relative to `test/server`, with its extension.
 * @returns The path of the script.
 */
export async function compileFile(path: string): Promise<string> {
  const name = basename(path, '.ts');
  await build({
    config: false,
    entry: [`${root}${path}`],
    outDir: `${root}dist`,
    outExtension: () => ({ js: '.js' }),
    format: 'esm',
    target: 'es2022',
    // Ignores the paths of tsconfig.json, so that imports of packages remain.
    external: [/^[^./]/],
    silent: true,
  });
  return `${root}dist/${name}.js`;
}
