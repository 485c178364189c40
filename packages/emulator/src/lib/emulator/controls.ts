import type { Fault, FaultScope, FaultTarget } from '../faults/catalog.ts';
import type { ActiveFault } from '../faults/fault-registry.ts';
import { requireInteger } from '../shared/option-error.ts';
import type { EmulatorContext } from '../state/context.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';
import type { OpenSession } from '../state/registries.ts';

const MAX_ADVANCE_MS = 365 * 24 * 3_600_000;

/** What a test can do with a running emulator, from code and over its control endpoint. */
export interface EmulatorControls {
  /** Counts what has happened so far. */
  stats(): EmulatorStats;
  /** Lists the open sessions, oldest first. */
  sessions(): readonly OpenSession[];
  /**
   * Breaks every connection without a close message, like a lost network: WebSockets close with 1006, WebRTC clients notice
   * within seconds. Resolves when every socket has closed.
   */
  dropSessions(): Promise<void>;
  /**
   * Moves the clock ahead, by 0 to 31536000000 ms (a year): tokens expire and sessions reach their limit without waiting.
   * Throws {@link EmulatorOptionError} for any other number.
   */
  advance(ms: number): void;
  /**
   * Injects a fault, in place of the active one at the same target. Throws {@link EmulatorOptionError} for a fault that is
   * unknown, out of range, or does not apply to the target.
   */
  fail(fault: Fault, scope?: FaultScope): void;
  /** Clears the fault of one target, or all faults. Requests that already hang keep hanging. */
  clearFaults(at?: FaultTarget): void;
  /** Lists the active faults. */
  faults(): readonly ActiveFault[];
}

/** Counts of an emulator. */
export interface EmulatorStats {
  /** Tokens minted. */
  readonly mints: number;
  /** WebRTC calls accepted. */
  readonly calls: number;
  /** WebRTC peers that have not closed, connected or not. */
  readonly peers: number;
  /** Sessions opened, over WebSocket and WebRTC. */
  readonly sessions: number;
  /** Sessions open now. */
  readonly openSessions: number;
}

/** The status of an emulator, as its control endpoint reports it. Contains no tokens, keys or instructions. */
export interface EmulatorStatus {
  /** Counts of what has happened. */
  readonly stats: EmulatorStats;
  /** The open sessions, oldest first. */
  readonly sessions: readonly OpenSession[];
  /** The active faults. */
  readonly faults: readonly ActiveFault[];
}

const CONTROL_PATH = '/_emulator';

/** Paths of the control endpoint, relative to the emulator's URL. */
export const CONTROL_PATHS = {
  status: CONTROL_PATH,
  faults: `${CONTROL_PATH}/faults`,
  drop: `${CONTROL_PATH}/drop`,
  advance: `${CONTROL_PATH}/advance`,
} as const;

export function isControlPath(path: string): boolean {
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}

export function createControls(context: EmulatorContext): EmulatorControls {
  const { counts, sessions, calls, clock, faults } = context;
  return {
    stats: () => ({ ...counts, peers: calls.count() }),
    sessions: () => sessions.list(),
    async dropSessions() {
      await Promise.all([sessions.dropAll(), calls.endAll(ABNORMAL_CLOSURE)]);
    },
    advance: (ms) => clock.advance(requireInteger('ms', ms, { min: 0, max: MAX_ADVANCE_MS })),
    fail: (fault, scope) => faults.fail(fault, scope),
    clearFaults: (at) => faults.clearFaults(at),
    faults: () => faults.list(),
  };
}
