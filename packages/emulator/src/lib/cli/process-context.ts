import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isRecord } from '../shared/json.ts';
import { needsForwarding, stopSignals, toExitCode, toInvocation } from './platform.ts';

/** What one run of the command gets from its process. */
export interface CliContext {
  /** Arguments after the command name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The system's time, in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly version: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Runs a program in this terminal and resolves with its exit code. Throws a TypeError if it cannot be run. */
  readonly runProgram: (program: Program) => Promise<number>;
  /** Resolves when the user asks the command to stop. */
  readonly stopRequested: Promise<void>;
}

export interface Program {
  /** A path, or a name on the `PATH`. */
  readonly name: string;
  readonly args: readonly string[];
  /** Environment variables to add to those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

export function createProcessContext(): CliContext {
  return {
    args: process.argv.slice(2),
    env: process.env,
    nowMs: Date.now,
    version: readPackageVersion(),
    print: (text) => void process.stdout.write(text),
    printError: (text) => void process.stderr.write(text),
    runProgram,
    stopRequested: new Promise((resolve) => {
      for (const signal of stopSignals(process.platform)) process.once(signal, () => resolve());
    }),
  };
}

function readPackageVersion(): string {
  // Relative to dist/cli.js, in the repository and in the published package.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = isRecord(manifest) ? manifest['version'] : undefined;
  return typeof version === 'string' ? version : '';
}

/** Forwards signals to the program. Its exit code is 0 if it ended by a forwarded signal. */
function runProgram(program: Program): Promise<number> {
  return new Promise((resolve, reject) => {
    const { platform, stdin } = process;
    const { file, args, shell } = toInvocation(program, platform);
    const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...program.env }, shell });
    const received = new Set<NodeJS.Signals>();
    const forward = (signal: NodeJS.Signals): void => {
      received.add(signal);
      if (needsForwarding(signal, { platform, isTerminal: stdin.isTTY })) child.kill(signal);
    };
    for (const signal of stopSignals(platform)) process.on(signal, forward);
    child.once('error', () => {
      reject(new TypeError(`${program.name} cannot be run: check its name, and that it is on the PATH.`));
    });
    child.once('exit', (code, signal) => resolve(toExitCode({ code, signal }, received, platform)));
  });
}
