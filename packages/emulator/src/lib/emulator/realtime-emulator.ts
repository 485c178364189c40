import type { ActiveFault, Fault, FaultTarget, FaultScope } from '../faults/fault.ts';
import type { LiveSession } from '../sessions/session-registry.ts';

/** A running emulator. */
export interface RealtimeEmulator {
  /** Base address, `http://127.0.0.1:PORT` (`https:` with the `tls` option). The calls live under `/v1`. */
  readonly url: string;
  /** Where offers are posted, `http://127.0.0.1:PORT/v1/realtime/calls`. */
  readonly callsUrl: string;
  /** WebSocket address, `ws://127.0.0.1:PORT/v1/realtime` (`wss:` with the `tls` option). Add `?model=`. */
  readonly webSocketUrl: string;
  /** TCP port. */
  readonly port: number;
  /** A standing key it accepts: the first of `apiKeys`. Fake. */
  readonly apiKey: string;
  /** What has happened so far. */
  stats(): EmulatorStats;
  /** The sessions that are open, oldest first. */
  sessions(): readonly LiveSession[];
  /**
   * Breaks every connection without a word, as a lost network does: WebSockets end with 1006, WebRTC callers notice within
   * seconds. Resolves when every socket is closed.
   */
  dropSessions(): Promise<void>;
  /**
   * Moves the clock ahead by so many milliseconds, 0 or more: tokens expire and sessions reach their cap without a wait.
   * Throws {@link EmulatorOptionError} for a negative number.
   */
  advance(ms: number): void;
  /**
   * Makes something go wrong, in place of what went wrong at the same place before: create calls, offers, WebSockets or responses.
   * Throws {@link EmulatorOptionError} for a fault that is not known, out of range, or at a place where it cannot strike.
   */
  fail(fault: Fault, scope?: FaultScope): void;
  /** Ends the faults, at one place or everywhere. What hangs already stays hanging. */
  clearFaults(at?: FaultTarget): void;
  /** The faults that are on. */
  faults(): readonly ActiveFault[];
  /** Ends every session, WebSockets with close code 1001, and stops listening. May be called again. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Running totals of an emulator. */
export interface EmulatorStats {
  /** Tokens minted. */
  readonly mints: number;
  /** WebRTC calls answered. */
  readonly calls: number;
  /** WebRTC peers that have not been closed, connected or not. */
  readonly peers: number;
  /** Sessions opened, over WebSocket and WebRTC. */
  readonly sessions: number;
  /** Sessions open now. */
  readonly live: number;
}
