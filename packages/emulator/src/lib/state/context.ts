import { createFaultRegistry } from '../faults/fault-registry.ts';
import type { FaultRegistry } from '../faults/fault-registry.ts';
import { createEmulatorClock } from './clock.ts';
import type { EmulatorClock } from './clock.ts';
import type { EmulatorSettings } from './options.ts';
import { createCallRegistry, createSessionRegistry } from './registries.ts';
import type { CallRegistry, SessionRegistry } from './registries.ts';
import { createTokenStore } from './token-store.ts';
import type { TokenStore } from './token-store.ts';

/** The state of one emulator, shared by all of its parts. */
export interface EmulatorContext {
  readonly settings: EmulatorSettings;
  readonly clock: EmulatorClock;
  readonly tokens: TokenStore;
  readonly faults: FaultRegistry;
  readonly sessions: SessionRegistry;
  readonly calls: CallRegistry;
  readonly counts: Counts;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
}

interface Counts {
  /** Tokens minted. */
  mints: number;
  /** WebRTC calls accepted. */
  calls: number;
  /** Sessions opened. */
  sessions: number;
  /** Sessions open now. */
  openSessions: number;
}

export function createContext(settings: EmulatorSettings, closing: AbortSignal): EmulatorContext {
  const clock = createEmulatorClock(settings.nowMs);
  return {
    settings,
    clock,
    tokens: createTokenStore(() => clock.nowMs()),
    faults: createFaultRegistry(settings.emit),
    sessions: createSessionRegistry(),
    calls: createCallRegistry(),
    counts: { mints: 0, calls: 0, sessions: 0, openSessions: 0 },
    closing,
  };
}
