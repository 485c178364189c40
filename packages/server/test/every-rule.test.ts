import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const folders = ['packages/server/test/', 'test/adapters/', 'test/runtimes/', 'test/server/'];

/** Rules about the request for a token and about single modules, which the route for calls shares. */
const notAboutCalls = new Set(['S22', 'S23', 'S24', 'S25', 'S27', 'S29', 'S30', 'S38', 'S41', 'S42']);

const numbers = Array.from({ length: 42 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);

/** The test titles with a rule in all files of these folders. */
async function titles(folders: readonly string[]): Promise<string> {
  const texts = folders.map(async (folder) => {
    const entries = await readdir(new URL(folder, root), { recursive: true }).catch(() => []);
    const files = entries.filter((file) => file.endsWith('.ts') && !/node_modules|dist/.test(file));
    return Promise.all(files.map((file) => readFile(new URL(folder + file, root), 'utf8')));
  });
  const found = (await Promise.all(texts)).flat().flatMap((text) => text.match(/['"`](?:S\d\d )+/g) ?? []);
  return found.join();
}

describe('every security rule', () => {
  it('has a test with its id in the title', async () => {
    const all = await titles(folders);
    expect(numbers.filter((number) => !all.includes(`${number} `))).toEqual([]);
  });

  it('has a test of the route for calls, if it is about requests', async () => {
    const all = await titles(['packages/server/test/calls/']);
    const missing = numbers.filter((number) => !notAboutCalls.has(number) && !all.includes(`${number} `));
    expect(missing).toEqual([]);
  });
});
