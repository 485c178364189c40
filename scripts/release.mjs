// Checks everything that a release needs, without publishing: `pnpm release --dry-run`. RELEASING.md describes a release.
//   --out FOLDER       keeps the tarballs, the bills of materials and the release notes; the release workflow publishes them
//   --tarballs FOLDER  checks these tarballs instead of building and packing
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkContent, readTarballs } from './lib/release/content.mjs';
import { checkBills, checkPublishable, checkWithPublint, writeNotes } from './lib/release/publishing.mjs';
import { packAll, stage } from './lib/release/stage.mjs';
import { checkCommands, checkImports, checkInstall, checkMint } from './lib/release/try-tarballs.mjs';
import { root } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    out: { type: 'string' },
    tarballs: { type: 'string' },
  },
});

if (!values['dry-run']) {
  console.error(
    'Only .github/workflows/release.yml publishes packages, because npm trusts it and nothing else; RELEASING.md has the steps. ' +
      'To check what it would publish, run: pnpm release --dry-run',
  );
  process.exit(1);
}

const temporary = mkdtempSync(join(tmpdir(), 'realtime-session-release-'));
const out = values.out === undefined ? join(temporary, 'out') : resolve(values.out);
mkdirSync(out, { recursive: true });
const release = {
  /** A copy of the workspace with the next version, or the repository. */
  workspace: join(temporary, 'workspace'),
  folder: out,
  consumer: join(temporary, 'consumer'),
  tarballs: [],
};

const packing = [
  ['version', stage],
  ['pack', packAll],
];
const checking = [
  ['content', checkContent],
  ['publint', checkWithPublint],
  ['install', checkInstall],
  ['imports', checkImports],
  ['mint', checkMint],
  ['commands', checkCommands],
  ['publish', checkPublishable],
  ['sbom', checkBills],
  ['notes', writeNotes],
];

if (values.tarballs === undefined) await runSteps(packing);
else Object.assign(release, { workspace: root, tarballFolder: resolve(values.tarballs) });
release.tarballs = await readTarballs(release.tarballFolder ?? release.folder, join(temporary, 'unpacked'));
await runSteps(checking);
rmSync(temporary, { recursive: true, force: true });
console.log(`\n${release.tarballs.length} packages are ready. Nothing was published.`);

/** Prints one line for each step, and stops at the first that fails. */
async function runSteps(steps) {
  for (const [name, runStep] of steps) {
    const startedMs = Date.now();
    const { detail, problems = [], remedy } = await runStep(release).catch(toResult);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1).padStart(5);
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${name.padEnd(9)} ${seconds} s  ${detail}`);
    if (problems.length === 0) continue;
    for (const problem of problems) console.error(`    ${problem}`);
    console.error(`  fix: ${remedy}`);
    rmSync(temporary, { recursive: true, force: true });
    process.exit(1);
  }
}

function toResult(error) {
  return {
    detail: 'did not finish',
    problems: [error.message],
    remedy: 'read the output above, repair the cause and run the command again',
  };
}
