import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { onTestFinished } from 'vitest';
import type { Runtime } from '../../runtimes/support/runtimes.ts';

/** A program of `programs/`, without its extension, and its arguments. */
export interface Program {
  readonly runtime: Runtime;
  readonly name: string;
  readonly args?: readonly string[];
}

/**
 * Starts a program whose client uses an emulator, until the end of the test.
 *
 * @param pattern - What the line to return looks like; clients log other lines.
 * @returns that line of its output. Rejects with the whole output when it exits without one.
 */
export function startProgram(
  emulator: RealtimeEmulator,
  { runtime, name, args = [] }: Program,
  pattern = /^(.*)\n/,
): Promise<string> {
  const file = fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));
  const child = spawn(runtime.path, [...runtime.args, file, ...args], {
    env: { ...process.env, ...emulatorEnvironment(emulator) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, line] = pattern.exec(stdout) ?? [];
      if (line !== undefined) resolve(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`${name} exited with code ${String(code)}.\n${stdout}\n${stderr}`)),
    );
  });
}

/** Runs a conversation to its end. Returns what it exercised. */
export async function runProgram(emulator: RealtimeEmulator, program: Program): Promise<readonly string[]> {
  const report = await startProgram(emulator, program, /^(\{"exercised":.*)\n/m);
  const { exercised } = JSON.parse(report) as { readonly exercised: readonly string[] };
  return exercised;
}
