// Writes the pages of the documentation that a package ships into its `dist/docs`. pnpm runs it in the package's folder before it packs:
// readers of a tarball, such as coding agents, have no other copy.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { root } from './lib/run.mjs';

register('./lib/typescript-hooks.mjs', import.meta.url);
const { packedFolder, packedPages, toPackedIndex, toPackedPath, toPackedText } =
  await import('../docs/.vitepress/lib/packed-pages.ts');

const folder = process.cwd();
const name = basename(folder);
const pages = packedPages(name);
const read = (source) => readFileSync(join(root, source), 'utf8');

const files = new Map(
  pages.map((source) => [toPackedPath(source), toPackedText(read(source), source, name)]),
);
if (pages.length > 0) files.set(`${packedFolder}/README.md`, toPackedIndex(name, read));

for (const [path, text] of files) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  // A rename replaces a page in one step, because several test runs can pack at the same time.
  writeFileSync(`${target}.${process.pid}`, text);
  renameSync(`${target}.${process.pid}`, target);
}
for (const page of pages.length > 0 ? readdirSync(join(folder, packedFolder), { recursive: true }) : []) {
  if (page.endsWith('.md') && !files.has(`${packedFolder}/${page}`)) rmSync(join(folder, packedFolder, page));
}
