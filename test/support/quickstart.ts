import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const example = new URL('../../examples/quickstart/', import.meta.url);

/** Folder of the built page. */
export const clientFolder = fileURLToPath(new URL('dist/client/', example));

const main = fileURLToPath(new URL('dist/server/main.js', example));

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The quickstart in a process of its own. */
export interface QuickstartProcess {
  /** Address of the page, as printed. */
  readonly url: string;
  /** Everything printed so far. */
  output(): Output;
  /** Sends a signal and waits for the end. Does nothing when it is over. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

/** What a process printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment variables over an otherwise bare environment. */
export type Env = Readonly<Record<string, string>>;

interface Running {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<Ending>;
}

/**
 * Starts the built quickstart and waits until it says where to open it.
 *
 * @throws Error with all it printed, when it ends before that.
 */
export async function startQuickstart(env: Env): Promise<QuickstartProcess> {
  const { child, output, ended } = run(env);
  const opened = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const url = /^open (\S+)$/m.exec(output.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([opened, ended.then(() => undefined)]);
  if (url === undefined) throw new Error(`The quickstart did not start:\n${output.stdout}${output.stderr}`);
  return {
    url,
    output: () => ({ ...output }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs the built quickstart where it is expected to end by itself. */
export async function runQuickstart(env: Env): Promise<Ending & Output> {
  const { output, ended } = run(env);
  return { ...(await ended), ...output };
}

function run(env: Env): Running {
  if (!existsSync(main))
    throw new Error('The quickstart is not built; run "npm run build" in the root folder first.');
  const environment: Record<string, string | undefined> = { PATH: process.env['PATH'], ...env };
  const child = spawn(process.execPath, [main], {
    env: environment as NodeJS.ProcessEnv, // Next declares that every process has a NODE_ENV; a user's has none.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, output, ended };
}
