import type { TokenStore } from '../credentials/token-store.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { CallRegistry } from '../calls/call-registry.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { EmulatorClock } from '../time/emulator-clock.ts';
import type { EmulatorSettings } from '../options/resolve-options.ts';

/** What every part of one emulator shares. */
export interface EmulatorContext {
  /** Checked options. */
  readonly settings: EmulatorSettings;
  /** Its time. */
  readonly clock: EmulatorClock;
  /** Tokens minted so far. */
  readonly tokens: TokenStore;
  /** The faults that are on. */
  readonly faults: FaultBoard;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
  /** Sessions that are open. */
  readonly sessions: SessionRegistry;
  /** WebRTC calls that have not ended. */
  readonly calls: CallRegistry;
  /** What has happened so far. */
  readonly counts: Counts;
}

/** Running totals of one emulator. */
export interface Counts {
  /** Tokens minted. */
  mints: number;
  /** WebRTC calls answered. */
  calls: number;
  /** Sessions opened. */
  sessions: number;
  /** Sessions open now. */
  live: number;
}
