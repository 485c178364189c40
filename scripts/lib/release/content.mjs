import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { root, run } from '../run.mjs';

register('../typescript-hooks.mjs', import.meta.url);
const { packedFolder, packedPages } = await import('../../../docs/.vitepress/lib/packed-pages.ts');

const repository = 'git+https://github.com/realtime-session/realtime-session.git';

/**
 * Unpacks the tarballs of a folder.
 *
 * @returns For each: the name of its folder in `packages/`, its path, its manifest, and the folder with its files.
 */
export async function readTarballs(folder, target) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return Promise.all(
    files.sort().map(async (file) => {
      const home = join(target, file);
      mkdirSync(home, { recursive: true });
      const path = join(folder, file);
      const { code, output } = await run('tar', ['-xzf', path, '-C', home, '--strip-components=1']);
      if (code !== 0) throw new Error(output);
      const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
      return { name: manifest.name.replace('@realtime-session/', ''), path, manifest, home };
    }),
  );
}

/** Checks the files and the manifest of each tarball. */
export async function checkContent({ tarballs }) {
  const missing = readdirSync(join(root, 'packages')).filter(
    (folder) => !tarballs.some(({ name }) => name === folder),
  );
  const versions = [...new Set(tarballs.map(({ manifest }) => manifest.version))];
  const problems = [
    ...missing.map((name) => `there is no tarball of ${name}`),
    ...(versions.length > 1 ? [`the tarballs have different versions: ${versions.join(', ')}`] : []),
    ...tarballs.flatMap((tarball) => findProblems(tarball).map((problem) => `${tarball.name}: ${problem}`)),
  ];
  return {
    detail: `${tarballs.length} tarballs of ${versions.join(' and ')}, with license, README, changelog and docs`,
    problems,
    remedy: 'see `files`, `exports` and `publishConfig` in the package.json of the package, then pack again',
  };
}

function findProblems({ name, manifest, home }) {
  const { version, dependencies, peerDependencies, publishConfig, repository: source } = manifest;
  const has = (path) => existsSync(join(home, path));
  const required = [
    'LICENSE',
    'README.md',
    'AGENTS.md',
    'CHANGELOG.md',
    'dist',
    'src',
    ...targetsOf(manifest),
  ];
  if (packedPages(name).length > 0) required.push(`${packedFolder}/README.md`);
  const ranges = Object.entries({ ...dependencies, ...peerDependencies });
  const isLocal = ([, range]) => /^(?:workspace|catalog|link|file):/.test(range);
  const isOther = ([dependency, range]) =>
    dependency.startsWith('@realtime-session/') && range !== `^${version}` && range !== version;
  return [
    ...required.filter((path) => !has(path)).map((path) => `does not contain ${path}`),
    ...['test', 'node_modules'].filter(has).map((path) => `contains ${path}`),
    ...ranges
      .filter(isLocal)
      .map(([dependency, range]) => `needs ${dependency} at ${range}, which npm does not know`),
    ...ranges
      .filter((entry) => !isLocal(entry) && isOther(entry))
      .map(([dependency, range]) => `needs ${dependency} at ${range}, which is not ${version}`),
    ...(publishConfig?.provenance === true && publishConfig.access === 'public'
      ? []
      : ['does not set `provenance` and `access`']),
    ...(source?.url === repository
      ? []
      : [`names another repository than ${repository}, so npm refuses its provenance`]),
  ];
}

/** The files that `exports` and `bin` name. */
function targetsOf({ exports = {}, bin = {} }) {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return [...new Set([...targets, ...Object.values(bin)])];
}
