// Builds and packs every package into dist/, and prints the command that installs the tarballs: `npm run pack:all`. It works in
// a fresh clone. The tarballs stand in for the packages until they are on npm.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runOrExit } from './lib/run.mjs';
import { buildPackages } from './lib/setup.mjs';

const target = join(root, 'dist');

await buildPackages();
mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(target, 'pack-'));
const pack = ['pack', '--pack-destination', folder];
await runOrExit('packing packages', 'pnpm', ['-r', '--filter', './packages/*', ...pack]);

// A rename replaces a tarball in one step, so that an `npm install` never reads half of one.
const tarballs = readdirSync(folder).sort();
for (const name of tarballs) renameSync(join(folder, name), join(target, name));
rmSync(folder, { recursive: true });
// Tarballs of other versions would also match `dist/*.tgz`.
for (const name of readdirSync(target)) {
  if (name.endsWith('.tgz') && !tarballs.includes(name)) rmSync(join(target, name));
}

console.log('Install the packages in your app with:\n');
console.log(`npm install ${tarballs.map((name) => quote(join(target, name))).join(' ')}`);

/** Quotes a path that a shell would split. */
function quote(path) {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
}
