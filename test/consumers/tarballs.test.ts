import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { folders, readManifest } from './support/packages.ts';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourceRoot?: string;
}

describe.each(folders)('the tarball of %s', async (folder) => {
  const home = join(inject('consumer'), 'node_modules', readManifest(folder).name);
  const files = await readdir(home, { recursive: true });
  const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as ReturnType<
    typeof readManifest
  >;

  test('contains the license, README, changelog and AGENTS.md', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'AGENTS.md']));
  });

  test('contains no tests, configuration or dependencies', () => {
    expect(files.filter((file) => /\.test\.|^test\b|tsconfig|tsup|node_modules/.test(file))).toEqual([]);
  });

  test('has complete metadata', () => {
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

  test('has no workspace protocol in its dependencies', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(versions.filter((version) => /workspace|catalog|link|file/.test(version))).toEqual([]);
  });

  test('contains the files of its entries', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    expect(targets.filter((target) => !existsSync(join(home, target)))).toEqual([]);
  });

  test('has source maps with all sources for modules and declarations', async () => {
    const mappedFiles = files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file));
    expect(mappedFiles.length).toBeGreaterThan(1);
    const problems = await Promise.all(mappedFiles.map((file) => findSourceMapProblems(join(home, file))));
    expect(problems.flat()).toEqual([]);
  });
});

/** Reports a missing source map, or sources that the tarball does not contain. */
async function findSourceMapProblems(file: string): Promise<readonly string[]> {
  const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(await readFile(file, 'utf8'))?.[1];
  if (name === undefined || !existsSync(join(dirname(file), name))) return [`${file}: no source map`];
  const map = JSON.parse(await readFile(join(dirname(file), name), 'utf8')) as SourceMap;
  return map.sources
    .filter((source) => !existsSync(resolve(dirname(file), map.sourceRoot ?? '', source)))
    .map((source) => `${file}: ${source}`);
}
