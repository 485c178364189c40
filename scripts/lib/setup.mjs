import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must, root } from './run.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Installs dependencies, unless the lock file is the one that was installed last: every one, or those of an example, of the
 * packages it uses and of the root, whose tools build them.
 *
 * @param {string} examples `*`, or the folder of an example.
 */
async function install(examples) {
  const lock = [join(root, 'pnpm-lock.yaml')];
  const all = stampOf('install', lock);
  const wanted = examples === '*' ? all : stampOf(`install-${examples}`, lock);
  if (all.isCurrent() || wanted.isCurrent()) return;
  const filters =
    examples === '*' ? [] : ['--filter', manifest.name, '--filter', `{./examples/${examples}}...`];
  await must('installing dependencies', 'npx', [
    '-y',
    manifest.packageManager,
    ...filters,
    'install',
    '--frozen-lockfile',
  ]);
  wanted.write();
}

/**
 * Builds every package and the examples, unless nothing they are made of has changed.
 *
 * @param {string} examples Folders of the examples: all of them, or the one that is wanted.
 */
export async function build(examples = '*') {
  await install(examples);
  const all = stampOf('build', sources());
  const wanted = examples === '*' ? all : stampOf(`build-${examples}`, sources());
  if (all.isCurrent() || wanted.isCurrent()) return;
  await must('building packages', 'pnpm', ['-r', '--filter', './packages/*', 'build']);
  await must('building examples', 'pnpm', ['-r', '--filter', `./examples/${examples}`, 'build']);
  wanted.write();
}

/** Everything below packages and examples that a build reads. */
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

/** Remembers in node_modules what a step was done with. */
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
