import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { entries, folders, root } from './support/packages.ts';
import { run } from './support/run.ts';

const packed = join(inject('consumer'), 'tarballs');
const temporary = await mkdtemp(join(tmpdir(), 'realtime-session-release-test-'));
afterAll(() => rm(temporary, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function release(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const program = execFile(
      process.execPath,
      [join(root, 'scripts/release.mjs'), ...args],
      (_error, stdout, stderr) => resolve({ code: program.exitCode ?? 1, stdout, stderr }),
    );
  });
}

/** A copy of the tarballs in which one package was changed. */
async function changeTarball(folder: string, change: (home: string) => Promise<void>): Promise<string> {
  const target = await mkdtemp(join(temporary, 'tarballs-'));
  await cp(packed, target, { recursive: true });
  const file = (await readdir(target)).find((name) => name.includes(`-${folder}-`)) ?? '';
  const unpacked = await mkdtemp(join(temporary, 'unpacked-'));
  await run('tar', ['-xzf', join(target, file), '-C', unpacked], { cwd: temporary });
  await change(join(unpacked, 'package'));
  await run('tar', ['-czf', join(target, file), '-C', unpacked, 'package'], { cwd: temporary });
  return target;
}

async function changeManifest(home: string, from: RegExp, to: string): Promise<void> {
  const path = join(home, 'package.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

test('pnpm release --dry-run checks, installs and uses the tarballs, and prints one line for each step', async () => {
  const out = join(temporary, 'out');
  const { code, stdout, stderr } = await release('--dry-run', '--tarballs', packed, '--out', out);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const steps = stdout.split('\n').flatMap((line) => /^✓ (\w+)/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'content', 'publint', 'install', 'imports', 'mint', 'commands', 'publish', 'sbom', 'notes',
  ]); // prettier-ignore
  expect(stdout).toContain(`${entries.length} entries can be imported`);
  expect(stdout).toContain('Nothing was published.');
  expect((await readdir(out)).sort()).toEqual(
    [...folders.map((folder) => `${folder}.cdx.json`), 'notes.md'].sort(),
  );
});

test.each([
  ['a tarball without its license', (home: string) => rm(join(home, 'LICENSE')), 'does not contain LICENSE'],
  [
    'a tarball without its guides',
    (home: string) => rm(join(home, 'dist/docs'), { recursive: true }),
    'does not contain dist/docs/README.md',
  ],
  [
    'a tarball with tests',
    (home: string) => mkdir(join(home, 'test')).then(() => undefined),
    'contains test',
  ],
  [
    'a range of the workspace',
    (home: string) => changeManifest(home, /("@realtime-session\/core": )"[^"]+"/, '$1"workspace:^"'),
    'needs @realtime-session/core at workspace:^, which npm does not know',
  ],
  [
    'another version',
    (home: string) => changeManifest(home, /("version": )"[^"]+"/, '$1"9.9.9"'),
    'the tarballs have different versions',
  ],
  [
    'another repository',
    (home: string) => changeManifest(home, /git\+https:[^"]+/, 'git+https://github.com/someone/fork.git'),
    'names another repository',
  ],
])('pnpm release --dry-run refuses %s, with a remedy', async (_title, change, problem) => {
  const folder = await changeTarball('react', change);
  const { code, stdout, stderr } = await release('--dry-run', '--tarballs', folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ content/m);
  expect(stderr).toContain(problem);
  expect(stderr).toContain('fix: ');
});

test('the imports of a dry run accept a missing package only if it is an optional peer dependency', async () => {
  const consumer = inject('consumer');
  const program = join(consumer, 'release-imports.mjs');
  await cp(join(root, 'scripts/lib/release/programs/imports.mjs'), program);
  await writeFile(join(consumer, 'needs-a-peer.mjs'), `export * from 'a-package-that-is-not-installed';`);
  const entry = join(consumer, 'needs-a-peer.mjs');
  const importWith = (optional: readonly string[]) =>
    run(process.execPath, [program, JSON.stringify([{ entry, optional }])], { cwd: consumer });

  expect(await importWith(['a-package-that-is-not-installed'])).toBe('');
  await expect(importWith([])).rejects.toThrow("Cannot find package 'a-package-that-is-not-installed'");
});

test('pnpm release without --dry-run publishes nothing and names the workflow that does', async () => {
  const { code, stdout, stderr } = await release();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('.github/workflows/release.yml');
  expect(stderr).toContain('pnpm release --dry-run');
});
