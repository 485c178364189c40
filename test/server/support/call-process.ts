import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CallLimits } from '@realtime-session/server/calls';

export interface CallProcessOptions {
  readonly api: 'realtime' | 'live';
  readonly redisUrl: string;
  readonly emulatorUrl: string;
  readonly apiKey: string;
  readonly instructions: string;
  readonly callLimits: CallLimits;
  /** Time limit of the handler for the provider. */
  readonly timeoutMs: number;
}

/** `die-after-create`: kills the process after the provider has created the next call, before that is stored. */
export type CallProcessCommand = 'die-after-create' | 'close';

/** An event of a handler, or of its `onCall`. */
export type ProcessEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** A server in a separate process. */
export interface CallProcess {
  readonly origin: string;
  /** Its events so far. */
  readonly events: ProcessEvent[];
  /** When it ended, in milliseconds since 1970. */
  readonly endedAtMs: () => number | undefined;
  send(command: CallProcessCommand): void;
  kill(): Promise<void>;
  /** Waits until it has ended. */
  ended(): Promise<void>;
}

interface Message {
  readonly origin?: string;
  readonly event?: ProcessEvent;
}

/** Starts a compiled worker. */
export async function startCallProcess(script: string, options: CallProcessOptions): Promise<CallProcess> {
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const events: ProcessEvent[] = [];
  let endedAtMs: number | undefined;
  const exited = once(child, 'exit').then(() => {
    endedAtMs = Date.now();
  });
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('A worker ended early.')));
    child.on('message', (message: Message) => {
      if (message.origin !== undefined) resolve(message.origin);
      if (message.event !== undefined) events.push(message.event);
    });
  });
  return {
    origin,
    events,
    endedAtMs: () => endedAtMs,
    send: (command) => void child.send(command),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    ended: () => exited,
  };
}
