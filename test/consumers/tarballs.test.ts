import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { folders, manifestOf } from './support/packages.ts';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourceRoot?: string;
}

describe.each(folders)('the tarball of %s', async (folder) => {
  const home = join(inject('fresh'), 'node_modules', manifestOf(folder).name);
  const files = await readdir(home, { recursive: true });
  // What npm installed is what was packed.
  const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as ReturnType<
    typeof manifestOf
  >;

  test('has its license, its README and its changelog', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'AGENTS.md']));
  });

  test('has no tests, no configuration and no dependencies of its own', () => {
    expect(files.filter((file) => /\.test\.|^test\b|tsconfig|tsup|node_modules/.test(file))).toEqual([]);
  });

  test('has what it says about itself', () => {
    const page = 'https://github.com/realtime-session/realtime-session';
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/\.$/),
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
      homepage: `${page}/tree/main/packages/${folder}#readme`,
      bugs: `${page}/issues`,
      repository: { type: 'git', url: `git+${page}.git`, directory: `packages/${folder}` },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest['keywords']).toEqual(expect.arrayContaining(['openai', 'realtime', 'ephemeral-token']));
    expect((manifest['keywords'] as string[]).includes('tanstack-intent')).toBe(files.includes('skills'));
  });

  test('names no dependency of the workspace by its place in it', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(versions.filter((version) => /workspace|catalog|link|file/.test(version))).toEqual([]);
  });

  test('has every file its entries name', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    expect(targets.filter((target) => !existsSync(join(home, target)))).toEqual([]);
  });

  test('has a map beside every module and every declaration, whose sources are there', async () => {
    const mapped = files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file));
    expect(mapped.length).toBeGreaterThan(1);
    const missing = await Promise.all(mapped.map((file) => unmapped(join(home, file))));
    expect(missing.flat()).toEqual([]);
  });
});

/** What of a file's map cannot be followed: the map itself, or sources that were not shipped. */
async function unmapped(file: string): Promise<readonly string[]> {
  const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(await readFile(file, 'utf8'))?.[1];
  if (name === undefined || !existsSync(join(dirname(file), name))) return [`${file}: no map`];
  // A map is JSON of this shape by its specification.
  const map = JSON.parse(await readFile(join(dirname(file), name), 'utf8')) as SourceMap;
  return map.sources
    .filter((source) => !existsSync(resolve(dirname(file), map.sourceRoot ?? '', source)))
    .map((source) => `${file}: ${source}`);
}
