import type { Line, Transport } from './line.ts';

/** A session that is open. Holds no token, key or instructions. */
export interface LiveSession {
  /** Session id, `sess_…`. */
  readonly id: string;
  /** How it is carried. */
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
  /** When it was opened on the emulator's clock, in milliseconds since 1970. */
  readonly openedAtMs: number;
  /** When the emulator ends it, in milliseconds since 1970. */
  readonly endsAtMs: number;
}

/** The sessions that are open. */
export interface SessionRegistry {
  /** Adds one; the return takes it out again. */
  add(session: LiveSession, line: Line): () => void;
  /** All of them, oldest first. */
  list(): readonly LiveSession[];
  /** Breaks all of them without a word; resolves when they are gone. */
  dropAll(): Promise<void>;
}

interface Open {
  readonly session: LiveSession;
  readonly line: Line;
  readonly gone: Promise<void>;
}

/** No session yet. */
export function createSessionRegistry(): SessionRegistry {
  const open = new Map<string, Open>();
  return {
    add(session, line) {
      let tellGone = (): void => undefined;
      const gone = new Promise<void>((resolve) => {
        tellGone = resolve;
      });
      open.set(session.id, { session, line, gone });
      return () => {
        open.delete(session.id);
        tellGone();
      };
    },
    list: () => [...open.values()].map(({ session }) => session),
    async dropAll() {
      const all = [...open.values()];
      for (const { line } of all) line.drop();
      await Promise.all(all.map(({ gone }) => gone));
    },
  };
}
