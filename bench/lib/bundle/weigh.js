import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * What a module of `bundles/` costs an app, in bytes: as a bundler makes it for production, React left out because the app has
 * it anyway.
 *
 * @param {string} entry Its name, without `.js`.
 */
export async function weigh(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../bundles/${entry}.js`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react', 'react/*', 'react-dom', 'react-dom/*'],
    write: false,
    logLevel: 'error',
  });
  const code = outputFiles[0].contents;
  return {
    minified: code.length,
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code).length,
  };
}
