import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root } from '../../consumers/support/packages.ts';
import type { Step } from './start-page.ts';

/** What a reader has after the last step. */
export interface FollowedSteps {
  /** The folder of the app. */
  readonly app: string;
  /** Lines that the reader wrote: not empty, and not written by the generator. By file. */
  readonly writtenLines: Readonly<Record<string, number>>;
  /** What the commands that are still running have printed. */
  readonly output: () => string;
  /** Stops the commands that are still running. */
  readonly stop: () => Promise<void>;
}

/** Commands that run until the user stops them. */
const isServer = (command: string): boolean => /^npm run dev$|^npx realtime-emulator /.test(command);

/**
 * Follows the steps of a page.
 *
 * @param steps - Commands and files, in order.
 * @param folder - Where the reader starts.
 * @param env - Added to the environment of the commands.
 */
export async function followSteps(
  steps: readonly Step[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<FollowedSteps> {
  let app = folder;
  const writtenLines: Record<string, number> = {};
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (const step of steps) {
      if (step.kind === 'file') {
        writtenLines[step.path] = await writeByHand(join(app, step.path), step.code);
      } else if (step.command.startsWith('cd ')) {
        app = resolve(app, step.command.slice('cd '.length));
      } else if (isServer(step.command)) {
        servers.push(startServer(step.command, app, env));
      } else await runCommand(step.command, app, env);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { app, writtenLines, output: () => servers.map((server) => server.output()).join('\n'), stop };
}

/** Runs a command of a page in a shell, until it ends. A clone is a link to this repository. */
export async function runCommand(
  command: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const cloned = /^git clone \S+\/([\w-]+)$/.exec(command)?.[1];
  if (cloned !== undefined) {
    await symlink(root, join(folder, cloned), 'dir');
    return '';
  }
  const { child, output } = startShell(command, folder, env);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return output();
  throw new Error(`"${command}" exited with code ${String(code)}:\n${output()}`);
}

/** Saves a file and counts the lines in it that were not there before. */
async function writeByHand(path: string, code: string): Promise<number> {
  const generated = existsSync(path) ? (await readFile(path, 'utf8')).split('\n') : [];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
  const isWritten = (line: string): boolean => {
    const index = generated.indexOf(line);
    if (index >= 0) generated.splice(index, 1);
    return index < 0;
  };
  return code.split('\n').filter((line) => line.trim() !== '' && isWritten(line)).length;
}

interface Server {
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

function startServer(command: string, folder: string, env: Readonly<Record<string, string>>): Server {
  const { child, output } = startShell(command, folder, env);
  const closed = once(child, 'close');
  return {
    output: () => `$ ${command}\n${output()}`,
    async stop() {
      signal(child, 'SIGTERM');
      const timer = setTimeout(() => signal(child, 'SIGKILL'), 10_000);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Sends a signal to a shell and everything that it started. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // All of them have already exited.
  }
}

function startShell(command: string, cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn('sh', ['-c', command], {
    cwd,
    detached: true,
    env: { ...userEnvironment(), ...env } as NodeJS.ProcessEnv, // the types of Next require NODE_ENV
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, output: () => text };
}

/** This environment without what the test runner and package managers add, and without an API key. */
function userEnvironment(): Record<string, string | undefined> {
  const added =
    /^(?:npm_(?!config_(?:registry|cache)$)|pnpm_|PNPM_|VITEST|OPENAI_|INIT_CWD$|NODE_ENV$|NODE_PATH$|PORT$|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/;
  const kept = Object.entries(process.env).filter(([name]) => !added.test(name));
  const folders = (process.env['PATH'] ?? '').split(':').filter((path) => !path.includes('node_modules'));
  return {
    ...Object.fromEntries(kept),
    PATH: folders.join(':'),
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '6',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
