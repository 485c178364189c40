import { spawn } from 'node:child_process';
import type { Program } from './cli-world.ts';

/**
 * Runs a program on this terminal until it ends. Signals to this process are passed on.
 *
 * @param program - What to run.
 * @returns its exit code; 0 when it ended by a signal that was passed on.
 * @throws TypeError naming the remedy when there is no such program.
 */
export function runProgram({ name, args, environment }: Program): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    const asked = new Set<NodeJS.Signals>();
    const passOn = (signal: NodeJS.Signals): void => {
      asked.add(signal);
      // Ctrl-C reaches everybody at the terminal by itself; a second one would end the program in the middle of its own end.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on('SIGINT', passOn);
    process.on('SIGTERM', passOn);
    child.once('error', () => {
      reject(new TypeError(`${name} cannot be run: check its name, and that it is on the PATH.`));
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal && asked.has(signal) ? 0 : 1)));
  });
}
