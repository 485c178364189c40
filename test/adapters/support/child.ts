import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dialer } from './serve.ts';
import type { Running } from './serve.ts';

/** A program that listens on a port and prints it. */
export interface Program {
  /** Executable. Default: the Node of the tests. */
  readonly command?: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Working directory, relative to the adapter tests. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

const here = new URL('../', import.meta.url);
const PORT = /127\.0\.0\.1:(\d+)\s/;

function run({ command = process.execPath, args, folder, env }: Program): ChildProcess {
  return spawn(command, args, {
    cwd: fileURLToPath(new URL(folder, here)),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): { readonly text: string } {
  const output = { text: '' };
  const add = (chunk: Buffer) => (output.text += String(chunk));
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return output;
}

/** Runs a program to its end. Throws its output if it fails. */
export async function runToEnd(program: Program): Promise<void> {
  const child = run(program);
  const output = collect(child);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(output.text);
}

/** A program that serves over HTTP. */
export interface RunningProgram extends Running {
  readonly origin: string;
}

/** Starts a program and waits for its port. Closing it throws if the program reported an unhandled rejection. */
export async function startProgram(program: Program): Promise<RunningProgram> {
  const child = run(program);
  const output = collect(child);
  const exited = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    const findPort = () => {
      const found = PORT.exec(output.text);
      if (found) resolve(Number(found[1]));
    };
    child.stdout?.on('data', findPort);
    child.once('exit', () => reject(new Error(output.text)));
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null) throw new Error(`The program ended: ${output.text}`);
    child.kill('SIGKILL');
    await exited;
    if (/unhandled/i.test(output.text)) throw new Error(output.text);
  };
  return { origin: `http://127.0.0.1:${port}`, dial: dialer(port), close };
}
