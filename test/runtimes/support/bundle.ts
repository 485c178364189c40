import { builtinModules } from 'node:module';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

/**
 * Bundles a host with the built packages.
 *
 * @param host - A file of `hosts/`, without its extension.
 * @returns the path of the bundle.
 */
export async function bundleHost(host: string, options: BuildOptions = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'realtime-session-'));
  const outfile = join(folder, `${host}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`../hosts/${host}.ts`, import.meta.url))],
    tsconfigRaw: {},
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*', ...builtinModules],
    outfile,
    ...options,
  });
  return outfile;
}
