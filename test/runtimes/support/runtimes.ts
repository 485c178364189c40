import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A runtime that can run a script as a process. */
export interface Runtime {
  /** The name in the support table. */
  readonly name: string;
  /** Path of the executable. */
  readonly path: string;
  /** Arguments before the script. */
  readonly args: readonly string[];
}

const installed = (file: string): string =>
  fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url));

/** The first one runs these tests. */
export const scriptRuntimes: readonly Runtime[] = [
  { name: `Node ${process.versions.node.split('.')[0] ?? ''}`, path: process.execPath, args: [] },
  { name: 'Node 22', path: installed('node22/bin/node'), args: [] },
  { name: 'Node 24', path: installed('node24/bin/node'), args: [] },
  { name: 'Bun', path: installed('bun/bin/bun.exe'), args: ['run'] },
  { name: 'Deno', path: installed('deno/deno'), args: ['run', '--allow-net', '--allow-env', '--no-config'] },
];

/** workerd runs a configuration instead of a script. */
export const workerd = installed('workerd/bin/workerd');

/** Only processes that hang take this long. */
const PROCESS_TIMEOUT_MS = 240_000;

/** Runs a script until it exits, and returns its output. Throws if it hangs or fails. */
export async function runProcess(runtime: Runtime, script: string, args: readonly string[]): Promise<string> {
  const child = spawn(runtime.path, [...runtime.args, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${runtime.name} did not exit.\n${stdout}\n${stderr}`));
    }, PROCESS_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(stdout);
      else reject(new Error(`${runtime.name} exited with code ${String(code)}.\n${stdout}\n${stderr}`));
    });
  });
}
