// @vitest-environment node
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The part of esbuild that this test uses. tsup depends on it. */
interface Bundler {
  build(options: object): Promise<{
    readonly metafile: { readonly inputs: object };
    readonly outputFiles: readonly { readonly text: string }[];
  }>;
}

const requireFromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'));
const bundler = requireFromTsup('esbuild') as Bundler;

async function bundle(entry: string): Promise<{ files: string[]; text: string }> {
  const { metafile, outputFiles } = await bundler.build({
    entryPoints: [join(import.meta.dirname, '../src', entry)],
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    packages: 'external',
  });
  return { files: Object.keys(metafile.inputs), text: outputFiles.map((file) => file.text).join() };
}

/** Words that only the panel contains. */
const ofPanel = /rs-devtools|Invalidate token|Fail next mint|Go offline|onLine|createInspector/;

test.each(['index.ts', 'webrtc.ts'])('the bundle of %s contains no devtools', async (entry) => {
  const { files, text } = await bundle(entry);
  expect(files.filter((file) => file.includes('devtools'))).toEqual([]);
  expect(text).not.toMatch(ofPanel);
});

test('the devtools entry contains the panel', async () => {
  const { text } = await bundle('devtools.ts');
  for (const word of ofPanel.source.split('|')) expect(text).toContain(word);
});
