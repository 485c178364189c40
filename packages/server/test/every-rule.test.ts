import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const folders = ['packages/server/test/', 'test/adapters/', 'test/runtimes/', 'test/server/'];

/** The test titles in all folders that test this package. */
async function titles(): Promise<string> {
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
    const numbers = Array.from({ length: 41 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
    const all = await titles();
    expect(numbers.filter((number) => !all.includes(`${number} `))).toEqual([]);
  });
});
