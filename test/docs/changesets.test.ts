import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const folders = readdirSync(new URL('packages/', root));
const packages = folders.map((folder) => `@realtime-session/${folder}`);

/** Several processes that share two cores. */
const VERSION_TIMEOUT_MS = 60_000;

interface VersionedPackage {
  readonly version: string;
  /** The section of this version, without its heading. */
  readonly changes: string;
}

/** A copy of what `changeset version` reads. */
async function copyWorkspace(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'realtime-session-changesets-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const files = folders.flatMap((folder) =>
    ['package.json', 'CHANGELOG.md'].map((file) => `packages/${folder}/${file}`),
  );
  for (const path of ['.changeset', 'package.json', 'pnpm-workspace.yaml', ...files])
    await cp(fileURLToPath(new URL(path, root)), join(copy, path), { recursive: true });
  await symlink(fileURLToPath(new URL('node_modules', root)), join(copy, 'node_modules'), 'dir');
  return copy;
}

async function addChangeset(copy: string, name: string, text: string): Promise<void> {
  await mkdir(join(copy, '.changeset'), { recursive: true });
  const changeset = `---\n'@realtime-session/core': patch\n---\n\n${text}\n`;
  await writeFile(join(copy, `.changeset/${name}.md`), changeset);
}

async function runVersion(copy: string): Promise<readonly VersionedPackage[]> {
  const changeset = join(copy, 'node_modules/.bin/changeset');
  await promisify(execFile)(changeset, ['version'], { cwd: copy });
  return Promise.all(
    folders.map(async (folder) => {
      const manifest = await readFile(join(copy, 'packages', folder, 'package.json'), 'utf8');
      const { version } = JSON.parse(manifest) as { version: string };
      const changelog = await readFile(join(copy, 'packages', folder, 'CHANGELOG.md'), 'utf8');
      const section = changelog.split(/^## /m).find((text) => text.startsWith(`${version}\n`)) ?? '';
      return { version, changes: section.slice(version.length).trim() };
    }),
  );
}

test('gives all published packages the same version, and no version to private packages', () => {
  const config: unknown = JSON.parse(readFileSync(new URL('.changeset/config.json', root), 'utf8'));
  expect(config).toMatchObject({
    fixed: [packages],
    access: 'public',
    privatePackages: { version: false, tag: false },
  });
});

test('names only published packages in changesets', () => {
  const pages = readdirSync(new URL('.changeset/', root)).filter((file) => file.endsWith('.md'));
  const named = pages.flatMap((page) =>
    [
      ...readFileSync(new URL(`.changeset/${page}`, root), 'utf8').matchAll(
        /^'(@[^']+)': (?:major|minor|patch)$/gm,
      ),
    ].map(([, name]) => name ?? ''),
  );
  expect(named.filter((name) => !packages.includes(name))).toEqual([]);
});

test(
  'the first release is 0.1.0 of every package, described by its curated text only',
  { timeout: VERSION_TIMEOUT_MS },
  async () => {
    const copy = await copyWorkspace();
    for (const folder of folders) {
      await writeFile(join(copy, `packages/${folder}/CHANGELOG.md`), `# @realtime-session/${folder}\n`);
      const path = join(copy, `packages/${folder}/package.json`);
      const manifest = await readFile(path, 'utf8');
      await writeFile(path, manifest.replace(/"version": "[^"]+"/, '"version": "0.0.0"'));
      const text = `---\n'@realtime-session/${folder}': minor\n---\n\nThe first release: ${folder}.\n`;
      await writeFile(join(copy, `.changeset/first-release-${folder}.md`), text);
    }
    await addChangeset(copy, 'added-later', 'A difference to a version that was never published.');

    expect(await runVersion(copy)).toEqual(
      folders.map((folder) => ({
        version: '0.1.0',
        changes: `### Minor Changes\n\nThe first release: ${folder}.`,
      })),
    );
  },
);

test(
  'a later release gives every package the same version and prints every changeset',
  { timeout: VERSION_TIMEOUT_MS },
  async () => {
    const copy = await copyWorkspace();
    await runVersion(copy);
    await addChangeset(copy, 'added-later', 'A fix.');
    await addChangeset(copy, 'added-last', 'Another fix.');

    const versioned = await runVersion(copy);
    expect(new Set(versioned.map(({ version }) => version)).size).toBe(1);
    const core = versioned[folders.indexOf('core')]?.changes ?? '';
    expect(core).toContain('- A fix.');
    expect(core).toContain('- Another fix.');
  },
);

test(
  'the pending changesets are a release of every package with a readable changelog',
  { timeout: VERSION_TIMEOUT_MS },
  async () => {
    const versioned = await runVersion(await copyWorkspace());
    const version = versioned[0]?.version ?? '';
    expect(version).not.toBe('0.0.0');
    expect(versioned.map((entry) => entry.version)).toEqual(folders.map(() => version));
    const texts = versioned.map(({ changes }) => changes.split('\n')[2]);
    if (version === '0.1.0')
      expect(texts.filter((text) => !text?.startsWith('The first release: '))).toEqual([]);
  },
);
