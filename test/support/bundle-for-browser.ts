import { fileURLToPath } from 'node:url';
import { build, type PluginOption } from 'vite';

/**
 * Bundles a module into one script, as an application does.
 *
 * @param mode - Selects the build of React. StrictMode has no effect in production.
 * @param plugins - Replace modules.
 */
export async function bundleForBrowser(
  entry: URL,
  mode: 'production' | 'development' = 'production',
  plugins: readonly PluginOption[] = [],
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [...plugins],
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    build: { write: false, rolldownOptions: { input: fileURLToPath(entry), output: { format: 'iife' } } },
  });
  const results = Array.isArray(built) ? built : [built];
  const chunk = results
    .flatMap((result) => ('output' in result ? result.output : []))
    .find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`The bundle of ${entry.href} is empty.`);
  return chunk.code;
}
