import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Bundles a module for a browser, the way an application does.
 *
 * @param entry - The module.
 * @param mode - Which React it gets: StrictMode does nothing in production.
 * @returns one script that runs it.
 */
export async function bundleForBrowser(
  entry: URL,
  mode: 'production' | 'development' = 'production',
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    build: { write: false, rolldownOptions: { input: fileURLToPath(entry), output: { format: 'iife' } } },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs
    .flatMap((one) => ('output' in one ? one.output : []))
    .find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`${entry.href} was bundled to nothing.`);
  return chunk.code;
}
