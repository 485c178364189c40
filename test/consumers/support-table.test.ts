import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { bundlers } from './support/bundlers.ts';
import { beside } from './support/fresh-folder.ts';
import { manifestOf } from './support/packages.ts';
import { typescripts } from './support/typescripts.ts';

const require = createRequire(import.meta.url);
const page = readFileSync(new URL('../../docs/support.md', import.meta.url), 'utf8');
const table = /## What compiles and bundles it\n([^#]*)/.exec(page)?.[1] ?? '';
const rows = [...table.matchAll(/^\| (\w[\w .]*?) +\| (\d[\d.]*)/gm)].map(([, name, version]) => [
  name,
  version,
]);

/** The version a package of the workspace asks for. */
function pinned(folder: string, dependency: string): string | undefined {
  // A manifest of the workspace.
  const manifest = JSON.parse(
    readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), 'utf8'),
  ) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies[dependency];
}

test('the support table names every consumer that is tested, with its version, and no other', () => {
  const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  expect(rows).toEqual([
    ...typescripts.map(({ name, version }) => [name, version]),
    ...bundlers.map(({ name, dependency }) => [name, versionOf(dependency)]),
    ['Next', beside.next],
    ['workerd', pinned('test/runtimes', 'workerd')],
    ['React 19', pinned('packages/react', 'react')],
    ['React 18', pinned('test/react18', 'react')],
  ]);
});

test('the React beside which the packages are installed is the one they are developed with', () => {
  expect(beside.react).toBe(pinned('packages/react', 'react'));
  expect(manifestOf('react').peerDependencies).toEqual({ react: '^18.0.0 || ^19.0.0' });
});
