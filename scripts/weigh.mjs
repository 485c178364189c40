// Prints the size of the bundle of `createTokenManager` and `endpoint` in bytes, by file: `pnpm weigh`. `pnpm weigh webrtc` does so
// for `createRealtimeConnection`. The column "gzip" is what the compressed bundle would lose without the file. The last line is
// the bundle without error sentences.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';
import { root } from './lib/run.mjs';

const bundles = {
  core: "export { createTokenManager, endpoint } from './packages/core/src/index.ts'",
  webrtc: "export { createRealtimeConnection } from './packages/webrtc/src/index.ts'",
};
const contents = bundles[process.argv[2] ?? 'core'];
if (!contents) throw new Error(`Choose one of ${Object.keys(bundles).join(', ')}.`);

const options = {
  stdin: {
    contents,
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
const files = new Map();
for (const path of order) {
  const end = offset + inputs[path].bytesInOutput;
  const file = path.split('/lib/')[1] ?? path;
  const saves = gzip(bundle) - gzip(bundle.slice(0, offset) + bundle.slice(end));
  const known = files.get(file) ?? { minified: 0, saves: 0 };
  files.set(file, { minified: known.minified + end - offset, saves: known.saves + saves });
  offset = end;
}

const line = (name, minified, saves) =>
  console.log(`${name.padEnd(26)}${String(minified).padStart(9)}${String(saves).padStart(9)}`);
line('file', 'minified', 'gzip');
for (const [file, { minified, saves }] of [...files].sort(([, a], [, b]) => b.saves - a.saves)) {
  line(file, minified, saves);
}
line('all', bundle.length, gzip(bundle));
const withoutText = withoutSentences(bundle);
line('no sentences', withoutText.length, gzip(withoutText));

/** Empties every string with several words, including the parts of template literals. */
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
