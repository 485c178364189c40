import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { workerKinds } from '../support/worker-kinds.ts';
import { scriptRuntimes } from './support/runtimes.ts';

const require = createRequire(import.meta.url);
const page = await readFile(new URL('../../docs/support.md', import.meta.url), 'utf8');
/** The first table of the page lists the runtimes. */
const table = page.split('\n## ')[0] ?? '';
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

/** Versions by runtime. */
const rows = new Map([...table.matchAll(/^\| (\w[\w ]*?) +\| ([\d.]+)/gm)].map((row) => [row[1], row[2]]));

/** The first two cells of the rows below a heading. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );
}

/** The exact versions that a folder of tests installs. */
function versionsOf(folder: string): (dependency: string) => string | undefined {
  const { devDependencies } = require(`../${folder}/package.json`) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return (dependency) => devDependencies[dependency];
}

test('the support table lists exactly the tested runtimes', () => {
  const tested = [...scriptRuntimes.map(({ name }) => name), 'workerd'];
  expect([...rows.keys()].sort()).toEqual(tested.sort());
});

test.each([
  ['Node 22', 'node22'],
  ['Node 24', 'node24'],
  ['Bun', 'bun'],
  ['Deno', 'deno'],
  ['workerd', 'workerd'],
])('the support table lists the tested version of %s', (name, dependency) => {
  expect(rows.get(name)).toBe(versionOf(dependency));
});

test('the support table lists exactly the workers in which core is tested', () => {
  expect(rowsBelow('Workers and extensions')).toEqual(workerKinds.map((kind) => [kind, 'yes']));
});

test('the support table lists exactly the tested UI frameworks with their versions', async () => {
  const version = versionsOf('frameworks');
  const dependencies = new Map([
    ['Solid', 'solid-js'],
    ['Angular', '@angular/core'],
  ]);
  const listed = rowsBelow('UI frameworks');
  expect(listed).toEqual(
    listed.map(([name = '']) => [
      name,
      version(dependencies.get(name) ?? name.toLowerCase()) ?? 'not installed',
    ]),
  );
  const apps = await readdir(new URL('../frameworks/apps', import.meta.url));
  const tested = new Set(apps.map((file) => file.split('.')[0]));
  expect(listed.map(([name]) => name?.toLowerCase()).sort()).toEqual([...tested].sort());
});

test('the support table lists the tested parts of React Native with their versions, and that Expo is not run', () => {
  const version = versionsOf('react-native');
  expect(rowsBelow('React Native')).toEqual([
    ['Metro', version('metro')],
    ['Hermes compiler', version('hermes-compiler')],
    ['Hermes VM', version('hermes-engine-cli')],
    ['`react-native`', version('react-native')],
    ['`react-native-webrtc`', version('react-native-webrtc')],
    ['`@react-native-community/netinfo`', version('@react-native-community/netinfo')],
    ['Expo', 'not run'],
  ]);
});
