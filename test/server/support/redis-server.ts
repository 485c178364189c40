import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../support/free-port.ts';

/** A Redis server for one test. */
export interface RedisServer {
  readonly port: number;
  /** Pauses its process; connections stay open. */
  freeze(): void;
  /** Resumes its process. */
  thaw(): void;
  /** Ends it immediately. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

async function isReady(child: ChildProcess): Promise<void> {
  let log = '';
  const output = child.stdout?.setEncoding('utf8');
  if (output === undefined) throw new Error('redis-server has no output.');
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    log += String(chunk);
    if (!log.includes('Ready to accept connections')) continue;
    output.resume();
    return;
  }
  throw new Error(`redis-server did not start:\n${log}`);
}

/**
 * Starts `redis-server` on a free loopback port, without persistence.
 *
 * @throws Error If `redis-server` is not installed; `npm test` installs it.
 */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
    child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([
      isReady(child),
      once(child, 'error').then(([error]) => Promise.reject(error as Error)),
    ]);
  };
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  await start();
  return {
    port,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    start,
  };
}
