import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Compiles a worker, which runs in a process of its own on a Node without type stripping. What it imports from packages
 * stays imported, so it runs against the built ones.
 *
 * @param name - File name in `workers/` without its ending.
 * @returns path of the script.
 */
export async function compileWorker(name: string): Promise<string> {
  await build({
    config: false,
    entry: [`${root}workers/${name}.ts`],
    outDir: `${root}dist`,
    outExtension: () => ({ js: '.js' }),
    format: 'esm',
    target: 'es2022',
    // Packages stay imported, whatever tsconfig.json says about their sources.
    external: [/^[^./]/],
    silent: true,
  });
  return `${root}dist/${name}.js`;
}
