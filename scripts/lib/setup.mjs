import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runOrExit, root } from './run.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Installs all dependencies, or only those that one example needs, unless the lock file has not changed since. */
async function install(examples) {
  const lock = [join(root, 'pnpm-lock.yaml')];
  const all = stampOf('install', lock);
  const requested = examples === '*' ? all : stampOf(`install-${examples}`, lock);
  if (all.isCurrent() || requested.isCurrent()) return;
  const filters =
    examples === '*' ? [] : ['--filter', manifest.name, '--filter', `{./examples/${examples}}...`];
  await runOrExit('installing dependencies', 'npx', [
    '-y',
    manifest.packageManager,
    ...filters,
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
  await install(examples);
  const all = stampOf('build', sources());
  const requested = examples === '*' ? all : stampOf(`build-${examples}`, sources());
  if (all.isCurrent() || requested.isCurrent()) return;
  await runOrExit('building packages', 'pnpm', ['-r', '--filter', './packages/*', 'build']);
  await runOrExit('building examples', 'pnpm', ['-r', '--filter', `./examples/${examples}`, 'build']);
  requested.write();
}

/** The files that a build reads. */
function sources() {
  const ignored = new Set(['node_modules', 'dist', 'test']);
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (ignored.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [path];
    });
  return [...walk(join(root, 'packages')), ...walk(join(root, 'examples')), join(root, 'pnpm-lock.yaml')];
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
