import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const here = new URL('.', import.meta.url);
const page = await readFile(new URL('../../packages/server/docs/adapters.md', here), 'utf8');
const blocks = [...page.matchAll(/```[tj]s\n(.*?)```/gs)].map(([, code = '']) => code);
const recipes = (await readdir(new URL('recipes', here))).filter((name) => name !== 'handler.ts');
const files = [
  ...recipes.map((name) => `recipes/${name}`),
  'fixtures/commonjs/app.cjs',
  'fixtures/next/app/api/realtime-session/route.js',
  'fixtures/next/pages/api/session.js',
  'fixtures/sveltekit/src/routes/api/realtime-session/+server.js',
];
const codes = await Promise.all(
  files.map(async (file) => {
    const code = await readFile(new URL(file, here), 'utf8');
    // Two versions of a framework can only be installed under two names.
    return code.replace("'h3-1'", "'h3'");
  }),
);

describe('docs/adapters.md', () => {
  it('shows each file that the tests run once, and no other code', () => {
    expect([...blocks].sort()).toEqual([...codes].sort());
  });

  it.each(blocks.map((block) => [block.split('\n')[0], block]))(
    'has at most ten lines in %s',
    (_first, block) => {
      expect(
        block
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '').length,
      ).toBeLessThanOrEqual(10);
    },
  );
});
