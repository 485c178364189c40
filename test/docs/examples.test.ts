import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const folders = await readdir(new URL('examples/', root), { withFileTypes: true });
/** `page` is a part of others. */
const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'page').map(({ name }) => name);

/** What the first column of its tables names: files and folders, settings left out. */
function filesIn(readme: string): readonly string[] {
  const cells = [...readme.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '');
  return cells.filter((cell) => /[./]/.test(cell));
}

describe.each(names)('the example %s', (name) => {
  it('is started by one command, which its README tells', async () => {
    const manifest = await read(`examples/${name}/package.json`);
    const command = `--filter @realtime-session/example-${name} start`;
    expect(JSON.parse(manifest)).toMatchObject({
      name: `@realtime-session/example-${name}`,
      private: true,
      scripts: { start: expect.any(String) },
    });
    expect(await read(`examples/${name}/README.md`)).toContain(name === 'quickstart' ? 'npm start' : command);
  });

  it('has the files its README tells to read', async () => {
    const files = filesIn(await read(`examples/${name}/README.md`));
    expect(files.filter((file) => !existsSync(new URL(`examples/${name}/${file}`, root)))).toEqual([]);
  });

  it('is in the table of the README', async () => {
    expect(await read('README.md')).toContain(`| [\`${name}\`](examples/${name}) `);
  });
});
