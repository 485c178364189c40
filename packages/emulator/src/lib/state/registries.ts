import { once } from 'node:events';
import type { Transport } from './emulator-event.ts';

/** The close code of a connection that broke without a close message. */
export const ABNORMAL_CLOSURE = 1006;

/** A session that is open. Contains no tokens, keys or instructions. */
export interface OpenSession {
  /** Session id, `sess_…`. */
  readonly id: string;
  /** How the session is connected. */
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
  /** When the session opened on the emulator's clock, in milliseconds since 1970. */
  readonly openedAtMs: number;
  /** When the emulator will end the session, in milliseconds since 1970. */
  readonly endsAtMs: number;
}

export interface SessionEntry {
  readonly session: OpenSession;
  /** Breaks the connection without a close message. */
  drop(): void;
  /** Aborted when the session has closed. */
  readonly closed: AbortSignal;
}

export interface SessionRegistry {
  /** Adds a session until it closes. */
  add(entry: SessionEntry): void;
  /** The open sessions, oldest first. */
  list(): readonly OpenSession[];
  /** Breaks every connection; resolves when all sessions have closed. */
  dropAll(): Promise<void>;
}

export function createSessionRegistry(): SessionRegistry {
  const entries = new Set<SessionEntry>();
  return {
    add(entry) {
      entries.add(entry);
      entry.closed.addEventListener('abort', () => entries.delete(entry));
    },
    list: () => [...entries].map(({ session }) => session),
    async dropAll() {
      const all = [...entries];
      for (const entry of all) entry.drop();
      await Promise.all(all.map(({ closed }) => aborted(closed)));
    },
  };
}

/** A WebRTC call: a peer connection, and a session once its data channel opens. */
export interface Call {
  /** Ends the session now, and the peer connection after the last events have been delivered. */
  hangUp(): void;
  /** Ends session and peer connection now. */
  end(closeCode: number): void;
  /** Aborted when the peer's sockets have closed. */
  readonly ended: AbortSignal;
}

export interface CallRegistry {
  /** Adds a call until it ends. */
  add(id: string, call: Call): void;
  get(id: string): Call | undefined;
  count(): number;
  /** Ends every call; resolves when their sockets have closed. */
  endAll(closeCode: number): Promise<void>;
}

export function createCallRegistry(): CallRegistry {
  const calls = new Map<string, Call>();
  return {
    add(id, call) {
      calls.set(id, call);
      call.ended.addEventListener('abort', () => calls.delete(id));
    },
    get: (id) => calls.get(id),
    count: () => calls.size,
    async endAll(closeCode) {
      const all = [...calls.values()];
      for (const call of all) call.end(closeCode);
      await Promise.all(all.map(({ ended }) => aborted(ended)));
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
