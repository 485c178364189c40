import type { TokenStore } from '../credentials/token-store.ts';
import type { FaultSwitch } from '../faults/fault-switch.ts';
import type { EmulatorSettings } from '../options/resolve-options.ts';

/** What every part of one emulator shares. */
export interface EmulatorContext {
  /** Checked options. */
  readonly settings: EmulatorSettings;
  /** Tokens minted so far. */
  readonly tokens: TokenStore;
  /** The fault that is on. */
  readonly faults: FaultSwitch;
  /** What has happened so far. */
  readonly counts: Counts;
}

/** Running totals of one emulator. */
export interface Counts {
  /** Tokens minted. */
  mints: number;
  /** Sessions opened. */
  sessions: number;
  /** Sessions open now. */
  live: number;
}
