import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** The rows of the table in decisions/dependencies.md: one dependency per row, its name first. */
const rows = read('decisions/dependencies.md').match(/^\| `.*\|$/gm) ?? [];
const listed = rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? '');

const workspaces = [
  '',
  'bench/',
  'docs/',
  'test/',
  ...foldersOf('packages/'),
  ...foldersOf('examples/'),
  ...foldersOf('test/'),
];

function foldersOf(folder: string): readonly string[] {
  return readdirSync(new URL(folder, root))
    .map((name) => `${folder}${name}/`)
    .filter((path) => existsSync(new URL(`${path}package.json`, root)));
}

/** Names at npm of everything a package.json depends on: aliases resolved, workspace packages left out, `@types/x` as `x`. */
function dependenciesOf(folder: string): readonly string[] {
  // A manifest of the workspace.
  const manifest = JSON.parse(read(`${folder}package.json`)) as Record<
    string,
    Record<string, string> | undefined
  >;
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies })
    .map(([name, version]) => /^npm:(.+)@/.exec(version)?.[1] ?? name)
    .filter((name) => !name.startsWith('@realtime-session/'))
    .map((name) => (name === '@types/node' ? name : name.replace(/^@types\//, '')));
}

test.each(workspaces)('decisions/dependencies.md lists every dependency of ./%s', (folder) => {
  expect(dependenciesOf(folder).filter((name) => !listed.includes(name))).toEqual([]);
});

test('decisions/dependencies.md lists each dependency once, and only dependencies in use', () => {
  const used = new Set(workspaces.flatMap(dependenciesOf));
  expect(listed.filter((name) => !used.has(name))).toEqual([]);
  expect(listed).toHaveLength(new Set(listed).size);
});

test('decisions/dependencies.md explains where each dependency is used and why', () => {
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
});

test('finds the workspace', () => {
  expect(workspaces.length).toBeGreaterThan(10);
  expect(listed.length).toBeGreaterThan(80);
});
