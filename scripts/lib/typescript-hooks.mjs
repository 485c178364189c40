// Module hooks that let Node run the packages' TypeScript sources file by file, without bundling them.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const PACKAGE = /^@realtime-session\/([\w-]+)(?:\/([\w-]+))?$/;

export function resolve(specifier, context, nextResolve) {
  const [, name, entry = 'index'] = PACKAGE.exec(specifier) ?? [];
  if (!name) return nextResolve(specifier, context);
  return { url: pathToFileURL(`${packages}/${name}/src/${entry}.ts`).href, shortCircuit: true };
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'es2022' });
  return { format: 'module', source: code, shortCircuit: true };
}
