// @vitest-environment node
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The part of esbuild used here; it comes with the tool that builds this package. */
interface Bundler {
  build(options: object): Promise<{
    readonly metafile: { readonly inputs: object };
    readonly outputFiles: readonly { readonly text: string }[];
  }>;
}

const beside = createRequire(createRequire(import.meta.url).resolve('tsup'));
const bundler = beside('esbuild') as Bundler;

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

/** What only the panel says, or does. */
const ofPanel = /rs-devtools|Invalidate token|Fail next mint|Go offline|onLine|createInspector/;

test.each(['index.ts', 'webrtc.ts'])('nothing of the devtools is in the bundle of %s', async (entry) => {
  const { files, text } = await bundle(entry);
  expect(files.filter((file) => file.includes('devtools'))).toEqual([]);
  expect(text).not.toMatch(ofPanel);
});

test('the devtools are in a bundle of their own', async () => {
  const { text } = await bundle('devtools.ts');
  for (const word of ofPanel.source.split('|')) expect(text).toContain(word);
});
