import { spawn } from 'node:child_process';
import type { Runtime } from './runtimes.ts';

/** A process that hangs has failed; nothing here takes nearly as long. */
const DEADLINE_MS = 240_000;

/**
 * Runs a script to its end.
 *
 * @param runtime - What runs it.
 * @param script - Its path.
 * @param args - Its arguments.
 * @returns what it printed.
 * @throws Error when it does not end by itself, or ends badly.
 */
export async function runProcess(runtime: Runtime, script: string, args: readonly string[]): Promise<string> {
  const child = spawn(runtime.path, [...runtime.args, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${runtime.name} did not end by itself.\n${out}\n${err}`));
    }, DEADLINE_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else reject(new Error(`${runtime.name} ended with ${String(code)}.\n${out}\n${err}`));
    });
  });
}
