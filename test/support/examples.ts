import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** Environment variables. The process gets `PATH` and these, nothing else. */
export type Env = Readonly<Record<string, string>>;

/** What a process printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** The exit status and the output of a process. */
export interface ExitResult extends Output {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running example. The test ends it if it does not. */
export interface RunningExample {
  /** The printed address of its page. */
  readonly url: string;
  /** WebSocket address of its emulator. */
  readonly webSocketUrl: string;
  /** The output until now. */
  readonly output: () => Output;
  /** Sends a signal, `SIGTERM` by default, and waits until the process has exited. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<ExitResult>;
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const quickstartServer = join(examples, 'quickstart/dist/server/main.js');

/** The folder of the built quickstart page. */
export const quickstartClient = join(examples, 'quickstart/dist/client');

/** Starts programs, and ends them after a test. */
export interface ExampleRunner {
  /** Starts an example on a free port, with the `start` script of its package. */
  readonly startExample: (name: string, env?: Env) => Promise<RunningExample>;
  /** Runs an example until it exits. */
  readonly runExample: (name: string, env?: Env) => Promise<ExitResult>;
  /** Starts the built quickstart, with flags such as `--calls`. */
  readonly startQuickstart: (env: Env, ...flags: readonly string[]) => Promise<RunningExample>;
  /** Runs the built quickstart until it exits. */
  readonly runQuickstart: (env: Env, ...flags: readonly string[]) => Promise<ExitResult>;
}

/** For tests that run concurrently, whose context has the hook, and for `afterAll`. */
export function createExampleRunner(onFinished: (cleanUp: () => Promise<void>) => void): ExampleRunner {
  const watch = (started: Child): Child => {
    onFinished(async () => {
      started.child.kill();
      await started.exited;
    });
    return started;
  };
  return {
    startExample: async (name, env) =>
      waitForUrl(name, watch(spawnExample(name, { PORT: String(await freePort()), ...env }))),
    runExample: (name, env = {}) => watch(spawnExample(name, env)).exited,
    startQuickstart: (env, ...flags) => waitForUrl('quickstart', watch(spawnQuickstart(env, flags))),
    runQuickstart: (env, ...flags) => watch(spawnQuickstart(env, flags)).exited,
  };
}

/** Ends the programs after the running test. */
export const { startExample, runExample, startQuickstart } = createExampleRunner(onTestFinished);

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

type Child = ReturnType<typeof spawnCommand>;

function spawnExample(name: string, env: Env): Child {
  const cwd = join(examples, name);
  // A manifest of this repository.
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const PATH = [join(cwd, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return spawnCommand({ command: 'sh', args: ['-c', `exec ${scripts.start}`], cwd }, { PATH, ...env });
}

function spawnQuickstart(env: Env, flags: readonly string[]): Child {
  if (!existsSync(quickstartServer))
    throw new Error('The quickstart is not built. Run "npm run build" in the root folder first.');
  const PATH = process.env['PATH'] ?? '';
  return spawnCommand(
    { command: process.execPath, args: [quickstartServer, ...flags], cwd: '.' },
    { PATH, ...env },
  );
}

function spawnCommand({ command, args, cwd }: Command, env: Env) {
  const child = spawn(command, args, {
    cwd,
    env: env as NodeJS.ProcessEnv, // the types of Next require NODE_ENV, but users do not set it
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // `close` fires when all descendants that share the output streams have exited.
  const exited = new Promise<ExitResult>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  return { child, output, exited };
}

/** Resolves when the process has printed the address of its page. */
async function waitForUrl(name: string, { child, output, exited }: Child): Promise<RunningExample> {
  const opened = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const url = /^open (\S+)$/m.exec(output.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([opened, exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`${name} did not start:\n${output.stdout}${output.stderr}`);
  const emulator = /^emulator (\S+)/m.exec(output.stdout)?.[1] ?? '';
  return {
    url,
    webSocketUrl: `${emulator.replace('http', 'ws')}/v1/realtime?model=gpt-realtime-2.1`,
    output: () => ({ ...output }),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}
