import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { blocks, toLineFeeds, toSlashes } from './support/markdown.ts';

describe.each([
  ['line feeds', '\n'],
  ['CRLF', '\r\n'],
])('a file with %s', (_what, end) => {
  it('with an API key, as documented, is read without its end of line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'key');
    await writeFile(file, `sk-mounted${end}`);
    vi.stubEnv('OPENAI_API_KEY_FILE', file);
    vi.resetModules();
    onTestFinished(() => void vi.unstubAllEnvs());
    const { readApiKey } = await import('../server/recipes/secrets.ts');
    expect(await readApiKey()).toBe('sk-mounted');
  });

  it('of documentation has its code blocks at their lines', () => {
    const page = ['# Page', '', '```ts', 'first();', 'second();', '```', ''].join(end);
    expect(blocks(toLineFeeds(page))).toEqual([{ language: 'ts', code: 'first();\nsecond();\n', line: 4 }]);
  });
});

it.each([
  ['POSIX', posix],
  ['Windows', win32],
])('writes relative paths of %s with slashes', (_system, path) => {
  expect(toSlashes(path.join('docs', 'guide', 'react.md'))).toBe('docs/guide/react.md');
});
