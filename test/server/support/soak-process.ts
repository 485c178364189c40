import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The resources of a server under load, after a garbage collection. */
export interface Measurement {
  readonly requests: number;
  readonly events: number;
  readonly minted: number;
  readonly aborted: number;
  readonly failed: number;
  /** Bytes of JavaScript objects. */
  readonly heapUsed: number;
  /** Bytes off the heap that objects own: buffers, streams. */
  readonly external: number;
  /** Resident bytes of the process. The allocator decides when to release them. */
  readonly rss: number;
  /** Warnings, unhandled rejections, uncaught exceptions. */
  readonly problems: readonly string[];
  /** Listeners of the process and of the server. */
  readonly listeners: number;
  readonly sockets: number;
  readonly timers: number;
}

/** A server in a separate process. */
export interface SoakProcess {
  readonly origin: string;
  readonly measure: () => Promise<Measurement>;
  /** Resolves when the handler has answered everything. */
  readonly close: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the compiled server.
 */
export async function startSoakProcess(script: string, upstreamOrigin: string): Promise<SoakProcess> {
  const child = fork(script, [upstreamOrigin], { execArgv: ['--expose-gc'] });
  const next = async (): Promise<unknown> => (await once(child, 'message'))[0] as unknown;
  const { origin } = (await next()) as { origin: string };
  return {
    origin,
    measure: async () => {
      const message = next();
      child.send('measure');
      return (await message) as Measurement;
    },
    close: async () => {
      const message = next();
      child.send('close');
      await message;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
