import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { bundlers } from './support/bundlers.ts';
import { installed } from './support/consumer-folder.ts';
import { readManifest } from './support/packages.ts';
import { typescripts } from './support/typescripts.ts';

const require = createRequire(import.meta.url);
const page = readFileSync(new URL('../../docs/support.md', import.meta.url), 'utf8');
const table = /## Compilers and bundlers\n([^#]*)/.exec(page)?.[1] ?? '';
const rows = [...table.matchAll(/^\| (\w[\w .]*?) +\| (\d[\d.]*)/gm)].map(([, name, version]) => [
  name,
  version,
]);

/** The version in the manifest of a workspace package. */
function pinnedVersion(folder: string, dependency: string): string | undefined {
  const manifest = JSON.parse(
    readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), 'utf8'),
  ) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies[dependency];
}

test('the support table lists exactly the tested consumers with their versions', () => {
  const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  expect(rows).toEqual([
    ...typescripts.map(({ name, version }) => [name, version]),
    ...bundlers.map(({ name, dependency }) => [name, versionOf(dependency)]),
    ['Next', installed.next],
    ['workerd', pinnedVersion('test/runtimes', 'workerd')],
    ['React 19', pinnedVersion('packages/react', 'react')],
    ['React 18', pinnedVersion('test/react18', 'react')],
  ]);
});

test('the tests install the React version that the packages are developed with', () => {
  expect(installed.react).toBe(pinnedVersion('packages/react', 'react'));
  expect(readManifest('react').peerDependencies).toEqual({ react: '^18.0.0 || ^19.0.0' });
});
