import type { TokenManager } from '@realtime-session/core';
import type { ManagerSource } from './manager-source.ts';

/** Somebody who keeps a token fresh. */
export interface Lease {
  /** Whose token it is. */
  readonly manager: TokenManager;
  /** Where its options come from; `undefined` for a manager of the app's own. */
  readonly source: ManagerSource | undefined;
}

/** Who keeps tokens fresh at this moment, so that development tools can find every manager in use. */
export const leases: {
  /** One for every subscriber. */
  readonly held: Set<Lease>;
  /** Called when one was taken. */
  onTaken?: (() => void) | undefined;
} = { held: new Set() };
