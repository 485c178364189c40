import type { Random } from '../random.ts';

export type Api = 'realtime' | 'live';

/** What an episode is about. */
export interface Settings {
  readonly api: Api;
  /** How long the end of a Live session takes. 0 on Realtime. */
  readonly closeMs: number;
  readonly users: number;
  readonly tabsPerUser: number;
  readonly processes: number;
  readonly limits: {
    readonly maxDurationMs: number;
    readonly warnBeforeMs: number;
    readonly idleTimeoutMs: number;
    readonly connectTimeoutMs: number;
    readonly heartbeatTimeoutMs: number;
    readonly maxConcurrentPerPrincipal: number;
    readonly maxConcurrentTotal: number;
    readonly whenFull: 'refuse' | 'replace';
  };
  readonly budget:
    | { readonly perCall: number; readonly perPrincipal: { readonly max: number; readonly windowMs: number } }
    | undefined;
  readonly pageUpdates: 'restore' | 'end' | 'allow';
  readonly supervision: 'attached' | 'sweep';
}

/** Mostly the defaults, sometimes other values. */
export function chooseSettings(random: Random, api: Api): Settings {
  const supervision = random.chance(0.15) ? 'sweep' : 'attached';
  const users = 1 + Math.floor(random.next() * 4);
  // Nothing random on Realtime, whose episodes stay as they are.
  const closeMs = api === 'live' ? random.pick([0, 300, 300, 2000, 8000]) : 0;
  return {
    api,
    closeMs,
    users,
    tabsPerUser: random.pick([1, 1, 2, 3]),
    processes: random.pick([1, 2, 2, 3]),
    limits: {
      maxDurationMs: random.pick([600_000, 600_000, 120_000, 60_000, 1_800_000]),
      warnBeforeMs: 30_000,
      idleTimeoutMs: random.pick([120_000, 120_000, 45_000, 600_000]),
      connectTimeoutMs: random.pick([20_000, 20_000, 10_000]),
      heartbeatTimeoutMs: random.pick([60_000, 60_000, 20_000]),
      maxConcurrentPerPrincipal: random.pick([1, 1, 2, 3]),
      maxConcurrentTotal: random.chance(0.2) ? Math.max(1, users - 1) : Infinity,
      whenFull: random.pick(['refuse', 'refuse', 'replace']),
    },
    budget: random.chance(0.6)
      ? {
          perCall: random.pick([500, 2000, 10_000]),
          perPrincipal: { max: random.pick([3000, 20_000, 100_000]), windowMs: 3_600_000 },
        }
      : undefined,
    pageUpdates:
      supervision === 'sweep' || api === 'live'
        ? 'allow'
        : random.pick(['restore', 'restore', 'end', 'allow']),
    supervision,
  };
}
