// Prints the size of the bundle of `createTokenManager` and `endpoint` by folder, in bytes: `pnpm weigh`. The "gzip" column is how
// much smaller the bundle would be without the folder. The last line is the bundle without error messages.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';
import { root } from './lib/run.mjs';

const options = {
  stdin: {
    contents: "export { createTokenManager, endpoint } from './packages/core/src/index.ts'",
    resolveDir: root,
    loader: 'ts',
  },
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  outfile: 'bundle.js',
};
const gzip = (text) => gzipSync(text, { level: 9 }).length;

const unminified = (await build(options)).outputFiles[0].text;
const order = [...unminified.matchAll(/^\/\/ (packages\S+)$/gm)].map(([, path]) => path);
const { metafile, outputFiles } = await build({ ...options, minify: true, metafile: true });
const bundle = outputFiles[0].text;
const { inputs } = metafile.outputs['bundle.js'];

let offset = 0;
const folders = new Map();
for (const path of order) {
  const end = offset + inputs[path].bytesInOutput;
  const folder = path.split('/lib/')[1] ?? path;
  const savedBytes = gzip(bundle) - gzip(bundle.slice(0, offset) + bundle.slice(end));
  const known = folders.get(folder) ?? { minified: 0, saves: 0 };
  folders.set(folder, { minified: known.minified + end - offset, saves: known.saves + savedBytes });
  offset = end;
}

const printRow = (name, minified, saves) =>
  console.log(`${name.padEnd(14)}${String(minified).padStart(9)}${String(saves).padStart(9)}`);
printRow('folder', 'minified', 'gzip');
for (const [folder, { minified, saves }] of [...folders].sort(([, a], [, b]) => b.saves - a.saves)) {
  printRow(folder, minified, saves);
}
printRow('all', bundle.length, gzip(bundle));
const stripped = stripMessages(bundle);
printRow('no messages', stripped.length, gzip(stripped));

/** Empties string literals and template parts of several words. */
function stripMessages(program) {
  const ranges = [];
  const visit = (node) => {
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node);
    if (isText && node.text.includes(' ')) ranges.push([node.getStart(source) + 1, node.end]);
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('bundle.js', program, ts.ScriptTarget.Latest, true);
  visit(source);
  return ranges.reduceRight((text, [start, end]) => {
    const close = text.slice(0, end).endsWith('${') ? end - 2 : end - 1;
    return text.slice(0, start) + text.slice(close);
  }, program);
}
