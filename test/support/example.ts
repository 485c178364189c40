import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** Environment variables over an otherwise bare environment. */
export type Env = Readonly<Record<string, string>>;

/** How a process ended, and what it printed. */
export interface ExampleEnding {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An example that serves. */
export interface RunningExample {
  /** The address to open, as printed. */
  readonly url: string;
  /** Address of the emulator it started, as printed, with `ws:`. */
  readonly webSocketUrl: string;
  /** Ends it, and resolves when everything is over. */
  readonly stop: () => Promise<ExampleEnding>;
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/**
 * Starts an example by the `start` script of its package, on a free port, and waits until it says where to open it. It is ended when
 * the test is over.
 *
 * @param name - Its folder.
 * @param env - What it is told besides `PORT`.
 * @throws Error with all it printed, when it ends before that.
 */
export async function startExample(name: string, env: Env = {}): Promise<RunningExample> {
  const { child, output, ended } = run(name, { PORT: String(await freePort()), ...env });
  const stop = (): Promise<ExampleEnding> => {
    child.kill();
    return ended;
  };
  const opened = new Promise<string | undefined>((resolve) => {
    child.stdout.on('data', () => {
      const url = /^open (\S+)$/m.exec(output.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
    void ended.then(() => resolve(undefined));
  });
  const url = await opened;
  if (url === undefined) throw new Error(`${name} did not start:\n${output.stdout}${output.stderr}`);
  const emulator = /^emulator (\S+)$/m.exec(output.stdout)?.[1] ?? '';
  return { url, webSocketUrl: `${emulator.replace('http', 'ws')}/v1/realtime?model=gpt-realtime`, stop };
}

/** Runs an example where it is expected to end by itself. */
export function runExample(name: string, env: Env = {}): Promise<ExampleEnding> {
  return run(name, env).ended;
}

function run(name: string, env: Env) {
  const folder = join(examples, name);
  // A manifest of ours.
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const path = [join(folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const environment: Record<string, string> = { PATH: path, ...env };
  const child = spawn('sh', ['-c', `exec ${scripts.start}`], {
    cwd: folder,
    env: environment as NodeJS.ProcessEnv, // Next declares that every process has a NODE_ENV; a user's has none.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // Closes when everybody who could still print has ended.
  const ended = new Promise<ExampleEnding>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  return { child, output, ended };
}
