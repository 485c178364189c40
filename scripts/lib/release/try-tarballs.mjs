import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';

const programs = fileURLToPath(new URL('programs', import.meta.url));

/** Installs all tarballs in a folder with nothing else. */
export async function checkInstall({ consumer, tarballs }) {
  mkdirSync(consumer, { recursive: true });
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const args = ['install', ...quiet, '--fetch-retries=6', ...tarballs.map(({ path }) => path)];
  // The registry can be unavailable for a moment. A problem with the tarballs fails twice.
  let result = await run('npm', args, { cwd: consumer });
  if (result.code !== 0) result = await run('npm', args, { cwd: consumer });
  return {
    detail: 'npm installs all tarballs in an empty folder',
    problems: result.code === 0 ? [] : [result.output],
    remedy: 'a dependency cannot be installed: see `dependencies` of the package that npm names above',
  };
}

/** Imports every entry. One that needs an optional peer dependency must fail with its name, because the folder does not have it. */
export async function checkImports({ consumer, tarballs }) {
  const entries = tarballs.flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((path) => path !== './package.json')
      .map((path) => ({
        entry: manifest.name + path.slice(1),
        optional: Object.keys(manifest.peerDependenciesMeta ?? {}),
      })),
  );
  const { problems } = await runProgram(consumer, 'imports.mjs', JSON.stringify(entries));
  return {
    detail: `${entries.length} entries can be imported`,
    problems,
    remedy: 'add what the entry imports to `dependencies`',
  };
}

/** A page gets a token from a mint route, which gets it from the emulator. */
export async function checkMint({ consumer }) {
  const { output, problems } = await runProgram(consumer, 'mint.mjs');
  return {
    detail: output.trim(),
    problems,
    remedy: 'run scripts/lib/release/programs/mint.mjs to find the cause',
  };
}

/** Every command prints its version and its help. */
export async function checkCommands({ consumer, tarballs }) {
  const problems = [];
  const commands = tarballs.flatMap(({ manifest }) =>
    Object.keys(manifest.bin ?? {}).map((name) => [name, manifest]),
  );
  for (const [name, { version }] of commands) {
    const path = join(consumer, 'node_modules/.bin', name);
    const [help, printed] = [await run(path, ['--help']), await run(path, ['--version'])];
    if (help.code !== 0 || !help.output.startsWith(name)) problems.push(`${name} --help: ${help.output}`);
    if (!printed.output.includes(version))
      problems.push(`${name} --version: ${printed.output}, not ${version}`);
  }
  return {
    detail: commands.map(([name]) => name).join(', '),
    problems,
    remedy: 'see `bin` and `files` of the package',
  };
}

async function runProgram(consumer, name, ...args) {
  cpSync(join(programs, name), join(consumer, name));
  const { code, output } = await run(process.execPath, [join(consumer, name), ...args], { cwd: consumer });
  return { output, problems: code === 0 ? [] : [output] };
}
