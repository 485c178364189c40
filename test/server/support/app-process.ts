import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

/** A process of a documented server. */
export interface AppProcess {
  readonly port: number;
  /** Status of one of its routes, without the proxy; 0 if it does not answer. */
  readonly probe: (path: string) => Promise<number>;
  /** What it wrote to the console as errors and warnings. */
  readonly errorOutput: () => string;
  /** Sends a signal and waits for the end: exit code and signal. */
  readonly stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<unknown[]>;
}

/**
 * Starts a compiled server and waits until it is ready.
 *
 * @param env - Added to the environment.
 */
export async function startApp(
  script: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<AppProcess> {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errorOutput = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errorOutput += text));
  const exited = once(child, 'exit');
  const probe = async (path: string): Promise<number> => {
    const init = { headers: { connection: 'close' } };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status ?? 0;
  };
  const stop: AppProcess['stop'] = (signal) => {
    child.kill(signal);
    return exited;
  };
  await expect.poll(() => probe('/ready'), { timeout: 60_000, interval: 20 }).toBe(200);
  return { port, probe, stop, errorOutput: () => errorOutput };
}
