import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Bundles the clients of the page as one script. */
export async function bundleClients(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path('../pages/clients.ts')],
    tsconfigRaw: {},
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' },
    alias: { '@khaveeai/core': path('../pages/khavee-core.ts') },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
