// What the bundle of `createTokenManager` and `endpoint` is made of, in bytes: `pnpm weigh`. Beside a folder, "gzip" is what the
// bundle would be lighter without it; the last line is the bundle with every sentence taken out.
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

const readable = (await build(options)).outputFiles[0].text;
const order = [...readable.matchAll(/^\/\/ (packages\S+)$/gm)].map(([, path]) => path);
const { metafile, outputFiles } = await build({ ...options, minify: true, metafile: true });
const bundle = outputFiles[0].text;
const { inputs } = metafile.outputs['bundle.js'];

let offset = 0;
const folders = new Map();
for (const path of order) {
  const end = offset + inputs[path].bytesInOutput;
  const folder = path.split('/lib/')[1] ?? path;
  const saves = gzip(bundle) - gzip(bundle.slice(0, offset) + bundle.slice(end));
  const known = folders.get(folder) ?? { minified: 0, saves: 0 };
  folders.set(folder, { minified: known.minified + end - offset, saves: known.saves + saves });
  offset = end;
}

const line = (name, minified, saves) =>
  console.log(`${name.padEnd(14)}${String(minified).padStart(9)}${String(saves).padStart(9)}`);
line('folder', 'minified', 'gzip');
for (const [folder, { minified, saves }] of [...folders].sort(([, a], [, b]) => b.saves - a.saves)) {
  line(folder, minified, saves);
}
line('all', bundle.length, gzip(bundle));
const mute = withoutSentences(bundle);
line('mute', mute.length, gzip(mute));

/** A program whose texts of several words, also those around `${…}`, are empty. */
function withoutSentences(program) {
  const places = [];
  const visit = (node) => {
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node);
    if (isText && node.text.includes(' ')) places.push([node.getStart(source) + 1, node.end]);
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('bundle.js', program, ts.ScriptTarget.Latest, true);
  visit(source);
  return places.reduceRight((text, [start, end]) => {
    const close = text.slice(0, end).endsWith('${') ? end - 2 : end - 1;
    return text.slice(0, start) + text.slice(close);
  }, program);
}
