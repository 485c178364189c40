import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Bundles a module for a browser, the way an application does.
 *
 * @param entry - The module.
 * @returns one script that runs it.
 */
export async function bundleForBrowser(entry: URL): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, rolldownOptions: { input: fileURLToPath(entry), output: { format: 'iife' } } },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs
    .flatMap((one) => ('output' in one ? one.output : []))
    .find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`${entry.href} was bundled to nothing.`);
  return chunk.code;
}
