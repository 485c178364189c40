import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toCommandLine } from './command-line.mjs';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a command and collects its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const { platform } = process;
    const line = toCommandLine({ command, args }, { platform, env: { ...process.env, ...env }, root });
    const child = spawn(line.file, line.args, {
      cwd,
      env: line.env,
      shell: line.shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const append = (chunk) => (output += chunk.toString());
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a command. If it fails, prints its output and exits.
 *
 * @param {string} what - Printed while the command runs, and in the error message.
 * @param {string} command
 * @param {readonly string[]} args
 */
export async function runOrExit(what, command, args) {
  console.error(`${what} …`);
  const { code, output } = await run(command, args);
  if (code === 0) return;
  console.error(output);
  console.error(
    `${what} failed. The output above shows the reason. Fix the problem and run the command again.`,
  );
  process.exit(1);
}
