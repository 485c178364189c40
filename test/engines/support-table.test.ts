import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { launchFirefox } from './support/firefox.ts';
import { launchWebKit } from './support/webkit.ts';

const page = await readFile(new URL('../../docs/support.md', import.meta.url), 'utf8');
const table = /## Browser engines\n([^#]*)/.exec(page)?.[1] ?? '';
const rows = new Map(
  [...table.matchAll(/^\| (\w+) +\| ([\d.]+)/gm)].map(([, name, version]) => [name, version]),
);

test('the support table lists exactly the tested engines with their major versions', async () => {
  const engines = await Promise.all([launchFirefox(), launchWebKit()]);
  await Promise.all(engines.map((engine) => engine.close()));
  const majors = engines.map(({ name, version }) => [name, version.split('.')[0]]);
  expect([...rows].map(([name, version]) => [name, version?.split('.')[0]])).toEqual(majors);
});
