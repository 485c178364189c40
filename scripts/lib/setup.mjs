import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runOrExit, root } from './run.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Installs dependencies, unless the lock file has not changed since.
 *
 * @param {string} part Names what the filters select. With no filters, all dependencies are installed.
 * @param {readonly string[]} filters Of pnpm.
 */
async function install(part, filters) {
  const lock = [join(root, 'pnpm-lock.yaml')];
  const all = stampOf('install', lock);
  const requested = filters.length === 0 ? all : stampOf(`install-${part}`, lock);
  if (all.isCurrent() || requested.isCurrent()) return;
  const selected = filters.length === 0 ? [] : [manifest.name, ...filters];
  await runOrExit('installing dependencies', 'npx', [
    '-y',
    manifest.packageManager,
    ...selected.flatMap((filter) => ['--filter', filter]),
    'install',
    '--frozen-lockfile',
  ]);
  requested.write();
}

/**
 * Builds all packages and examples, unless their sources have not changed since.
 *
 * @param {string} examples `*`, or the folder of one example.
 */
export async function build(examples = '*') {
  await install(examples, examples === '*' ? [] : [`{./examples/${examples}}...`]);
  const all = stampOf('build', sources());
  const requested = examples === '*' ? all : stampOf(`build-${examples}`, sources());
  if (all.isCurrent() || requested.isCurrent()) return;
  await runPackageBuilds();
  await runOrExit('building examples', 'pnpm', ['-r', '--filter', `./examples/${examples}`, 'build']);
  requested.write();
}

/** Builds all packages and no example, unless their sources have not changed since. */
export async function buildPackages() {
  await install('packages', ['./packages/*']);
  await runPackageBuilds();
}

async function runPackageBuilds() {
  const stamp = stampOf('packages', [...filesBelow(join(root, 'packages')), join(root, 'pnpm-lock.yaml')]);
  if (stamp.isCurrent()) return;
  await runOrExit('building packages', 'pnpm', ['-r', '--filter', './packages/*', 'build']);
  stamp.write();
}

/** The files that a build reads. */
function sources() {
  const folders = ['packages', 'examples'].map((name) => join(root, name));
  return [...folders.flatMap(filesBelow), join(root, 'pnpm-lock.yaml')];
}

/** Files in a folder and its subfolders, without dependencies, build output and tests. */
function filesBelow(folder) {
  const ignored = new Set(['node_modules', 'dist', 'test']);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Stores a hash of the input files of a step in node_modules. */
function stampOf(step, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(file);
    hash.update(
      file.endsWith('.yaml') ? readFileSync(file) : `${statSync(file).mtimeMs} ${statSync(file).size}`,
    );
  }
  const digest = hash.digest('hex');
  const path = join(root, 'node_modules', '.realtime-session', step);
  return {
    isCurrent: () => existsSync(path) && readFileSync(path, 'utf8') === digest,
    write() {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, digest);
    },
  };
}
