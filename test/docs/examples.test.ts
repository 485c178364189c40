import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const folders = await readdir(new URL('examples/', root), { withFileTypes: true });
/** `page` is shared by other examples and is not an example itself. */
const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'page').map(({ name }) => name);

/** Files and folders in the first column of the tables; settings are left out. */
function filesIn(readme: string): readonly string[] {
  const cells = [...readme.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '');
  return cells.filter((cell) => /[./]/.test(cell));
}

describe.each(names)('the example %s', (name) => {
  it('documents its start command in its README', async () => {
    const manifest = await read(`examples/${name}/package.json`);
    const command = `--filter @realtime-session/example-${name} start`;
    expect(JSON.parse(manifest)).toMatchObject({
      name: `@realtime-session/example-${name}`,
      private: true,
      scripts: { start: expect.any(String) },
    });
    expect(await read(`examples/${name}/README.md`)).toContain(name === 'quickstart' ? 'npm start' : command);
  });

  it('contains the files that its README lists', async () => {
    const files = filesIn(await read(`examples/${name}/README.md`));
    expect(files.filter((file) => !existsSync(new URL(`examples/${name}/${file}`, root)))).toEqual([]);
  });

  it('is listed on the page of all examples', async () => {
    expect(await read('docs/overview.md')).toContain(`| [\`${name}\`](../examples/${name}) `);
  });
});
