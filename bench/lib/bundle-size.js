import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bundles a module of `bundles/` for production and returns its size in bytes. Excludes React, which the app has anyway. */
export async function measureSize(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../bundles/${entry}.js`, import.meta.url))],
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

/** Thousands of bytes as text. */
export const kb = (bytes) => (bytes / 1000).toFixed(2);
