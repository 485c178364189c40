import type { Ending } from './ending.ts';
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
  /** Ends all of them, each client told. */
  hangUpAll(ending: Ending): void;
  /** Breaks all of them without a word. */
  dropAll(): void;
}

/** No session yet. */
export function createSessionRegistry(): SessionRegistry {
  const open = new Map<string, { readonly session: LiveSession; readonly line: Line }>();
  return {
    add(session, line) {
      open.set(session.id, { session, line });
      return () => void open.delete(session.id);
    },
    list: () => [...open.values()].map(({ session }) => session),
    hangUpAll(ending) {
      for (const { line } of [...open.values()]) line.hangUp(ending);
    },
    dropAll() {
      for (const { line } of [...open.values()]) line.drop();
    },
  };
}
