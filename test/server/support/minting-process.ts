import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process's report about one request. */
export interface RequestReport {
  readonly user: string;
  readonly status: number;
  readonly durationMs: number;
  /** The delay of a 200 ms timer that started with the request. */
  readonly lateMs: number;
}

/** A server in a separate process. */
export interface MintingProcess {
  readonly origin: string;
  /** Its reports so far. */
  readonly reports: RequestReport[];
  /** Its standard error output. */
  readonly errorOutput: () => string;
  stop(): Promise<void>;
}

function isOrigin(message: unknown): message is { origin: string } {
  return typeof message === 'object' && message !== null && 'origin' in message;
}

function isReport(message: unknown): message is RequestReport {
  return typeof message === 'object' && message !== null && 'durationMs' in message;
}

/**
 * Starts a compiled worker.
 */
export async function startMintingProcess(script: string, args: readonly string[]): Promise<MintingProcess> {
  const child = fork(script, [...args], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  let errorOutput = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errorOutput += text));
  const reports: RequestReport[] = [];
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`A worker ended early:\n${errorOutput}`)));
    child.on('message', (message) => {
      if (isOrigin(message)) resolve(message.origin);
      else if (isReport(message)) reports.push(message);
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  };
  return { origin, reports, errorOutput: () => errorOutput, stop };
}
