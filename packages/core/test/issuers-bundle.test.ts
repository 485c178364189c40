import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as issuers from '@realtime-session/core/issuers';
import { beforeAll, describe, expect, test } from 'vitest';

/** The part of esbuild that is used here. It is installed with tsup. */
interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

const requireFromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'));
const bundler = requireFromTsup('esbuild') as Bundler;
const source = fileURLToPath(new URL('../src/issuers.ts', import.meta.url));
const names = Object.keys(issuers);
let published = '';

async function bundle(options: object): Promise<string> {
  const result = await bundler.build({ bundle: true, format: 'esm', write: false, ...options });
  return result.outputFiles[0]!.text;
}

/** Bundles a program that imports from the published file, like an application. */
function bundleOf(program: string): Promise<string> {
  return bundle({
    stdin: { contents: program },
    plugins: [
      {
        name: 'published',
        setup(build: { onResolve: (at: object, run: () => object) => void; onLoad: typeof build.onResolve }) {
          build.onResolve({ filter: /^issuers$/ }, () => ({ path: 'issuers', namespace: 'published' }));
          build.onLoad({ filter: /./, namespace: 'published' }, () => ({ contents: published }));
        },
      },
    ],
  });
}

describe('a bundle of one issuer', () => {
  beforeAll(async () => {
    published = await bundle({ entryPoints: [source] });
  });

  test.each(names)('of %s contains no other issuer', async (name) => {
    const code = await bundleOf(`import { ${name} } from 'issuers'; globalThis.used = ${name};`);
    expect(code).toMatch(new RegExp(`\\b${name} = \\{`));
    for (const other of names) {
      if (other !== name) expect(code).not.toMatch(new RegExp(`\\b${other} = `));
    }
  });

  test('contains nothing when no issuer is used', async () => {
    const code = await bundleOf(`import { gemini } from 'issuers'; globalThis.used = 'nothing';`);
    expect(code.replace(/^\/\/.*$/gm, '').trim()).toBe('globalThis.used = "nothing";');
  });
});
