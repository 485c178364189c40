import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, run } from '../run.mjs';
import { buildPackages } from '../setup.mjs';

/** Folders that packing does not read. The ones of the packages are needed. */
const skipped = new Set(['.git', 'node_modules', 'dist', 'cache', 'coverage', 'reports']);

/** Copies the workspace, and applies the pending changesets to the copy. The repository does not change. */
export async function stage({ workspace }) {
  await buildPackages();
  cpSync(root, workspace, {
    recursive: true,
    verbatimSymlinks: true, // the packages link to each other
    filter: (path) =>
      path === root || !skipped.has(basename(path)) || path.startsWith(join(root, 'packages')),
  });
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'), 'dir');
  const before = versionsIn(root);
  const { code, output } = await run('changeset', ['version'], { cwd: workspace });
  const after = versionsIn(workspace);
  const problems = code === 0 ? findVersionProblems(after) : [output];
  const raised = before.join() === after.join() ? 'no changesets are pending' : `from ${before[0]}`;
  return {
    detail: `${after[0]} (${raised})`,
    problems,
    remedy: 'give all packages one version: list each of them in `fixed` of .changeset/config.json',
  };
}

/** Packs as the release does, from the copy. */
export async function packAll({ workspace, folder }) {
  const pack = ['pack', '--pack-destination', folder];
  const { code, output } = await run('pnpm', ['-r', '--filter', './packages/*', ...pack], { cwd: workspace });
  return {
    detail: `${readdirSync(folder).filter((name) => name.endsWith('.tgz')).length} tarballs`,
    problems: code === 0 ? [] : [output],
    remedy: 'read the output of pnpm above',
  };
}

function findVersionProblems(versions) {
  return new Set(versions).size === 1 ? [] : [`the packages have different versions: ${versions.join(', ')}`];
}

function versionsIn(workspace) {
  const folder = join(workspace, 'packages');
  return readdirSync(folder)
    .map((name) => join(folder, name, 'package.json'))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')).version);
}
