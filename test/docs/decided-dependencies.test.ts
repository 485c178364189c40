import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Every word in code or emphasis, and every word at all, of what was decided. */
const decided = new Set(
  readdirSync(new URL('decisions/', root))
    .map((page) => read(`decisions/${page}`))
    .join('\n')
    .match(/@?[\w][\w./-]*[\w]/g),
);

const workspaces = ['', 'bench/', 'test/', ...below('packages/'), ...below('examples/'), ...below('test/')];

function below(folder: string): readonly string[] {
  return readdirSync(new URL(folder, root))
    .map((name) => `${folder}${name}/`)
    .filter((path) => existsSync(new URL(`${path}package.json`, root)));
}

/** What a package.json asks for, by the names at npm: `npm:` aliases are undone, siblings left out, and types count as what they describe. */
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
    .map((name) => name.replace(/^@types\//, ''));
}

test.each(workspaces)('decisions/ says of every dependency of ./%s why it is there', (folder) => {
  expect(dependenciesOf(folder).filter((name) => !decided.has(name))).toEqual([]);
});

test('the workspace is found', () => {
  expect(workspaces.length).toBeGreaterThan(10);
  expect(decided.size).toBeGreaterThan(100);
});
