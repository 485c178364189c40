import { createFaultRegistry } from '../faults/fault-registry.ts';
import type { FaultRegistry } from '../faults/fault-registry.ts';
import { createIdSource } from '../shared/create-id.ts';
import type { IdSource } from '../shared/create-id.ts';
import { createScriptRegistry } from '../script/script-registry.ts';
import type { ScriptRegistry } from '../script/script-registry.ts';
import { createTaskClock } from './clock.ts';
import type { TaskClock } from './clock.ts';
import type { EmulatorSettings } from './options.ts';
import { createSessionRegistry } from './registries.ts';
import type { SessionRegistry } from './registries.ts';
import { createCallRegistry } from './call-registry.ts';
import type { CallRegistry } from './call-registry.ts';
import { createSlots } from './slots.ts';
import type { Slots } from './slots.ts';
import { createTokenStore } from './token-store.ts';
import type { TokenStore } from './token-store.ts';

/** The state of one emulator, shared by all of its parts. */
export interface EmulatorContext {
  readonly settings: EmulatorSettings;
  /** Certificate for clients to trust, PEM. */
  readonly certificate: string;
  readonly clock: TaskClock;
  readonly ids: IdSource;
  readonly tokens: TokenStore;
  readonly faults: FaultRegistry;
  readonly scripts: ScriptRegistry;
  readonly sessions: SessionRegistry;
  readonly calls: CallRegistry;
  /** The Live sessions that run at the same time, per key and model. */
  readonly liveSlots: Slots;
  readonly counts: Counts;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
}

interface Counts {
  /** Tokens minted. */
  mints: number;
  /** Calls created. */
  calls: number;
  /** Sessions opened. */
  sessions: number;
  /** Sessions open now. */
  openSessions: number;
}

export function createContext(
  settings: EmulatorSettings,
  { certificate, closing }: Pick<EmulatorContext, 'certificate' | 'closing'>,
): EmulatorContext {
  const clock = createTaskClock(settings.clock);
  const ids = createIdSource(settings.seed);
  return {
    settings,
    certificate,
    clock,
    ids,
    tokens: createTokenStore(() => clock.nowMs(), ids.createId),
    faults: createFaultRegistry(settings.emit),
    scripts: createScriptRegistry(settings.scripts),
    sessions: createSessionRegistry(),
    calls: createCallRegistry(),
    liveSlots: createSlots(),
    counts: { mints: 0, calls: 0, sessions: 0, openSessions: 0 },
    closing,
  };
}
