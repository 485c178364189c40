import type {
  CallStore,
  Lease,
  Reservation,
  ReserveResult,
  StartedCall,
} from '@realtime-session/server/calls';

export const lease: Lease = { owner: 'process-a', leaseMs: 15_000 };
export const otherLease: Lease = { owner: 'process-b', leaseMs: 15_000 };

export function reservation(id: string, change: Partial<Reservation> = {}): Reservation {
  return {
    id,
    principal: 'ada',
    maxPerPrincipal: 1,
    maxTotal: Infinity,
    replace: { kind: 'none' },
    budget: undefined,
    holdMs: 30_000,
    ...change,
  };
}

export function started(id: string, change: Partial<StartedCall> = {}): StartedCall {
  return {
    upstreamId: `rtc_${id}`,
    keyId: 'key-1',
    model: 'gpt-realtime-2.1',
    maxDurationMs: 600_000,
    capMs: 3_600_000,
    connectTimeoutMs: 20_000,
    heartbeatTimeoutMs: 60_000,
    memo: '{"v":1}',
    ...change,
  };
}

/** A budget of all calls of a principal, in a window of a day. */
export function budgetOf(max: number, perCall = Infinity): Reservation['budget'] {
  return { perCall, perPrincipal: { max, windowMs: 86_400_000 } };
}

export function cost(key: string, amount: number): Parameters<CallStore['spend']>[1] {
  return { key, cost: amount, inputTokens: 100, outputTokens: 20 };
}

/** Reserves and starts a call. */
export async function run(
  store: CallStore,
  id: string,
  change: Partial<Reservation> = {},
): Promise<ReserveResult> {
  const result = await store.reserve(reservation(id, change), lease);
  if (result.kind === 'reserved') await store.start(id, started(id), lease);
  return result;
}

export async function stateOf(store: CallStore, id: string): Promise<string | undefined> {
  return (await store.read(id))?.state;
}

export function idsOf(calls: readonly { readonly id: string }[]): string[] {
  return calls.map(({ id }) => id);
}
