import { ProblemError } from '../problem.ts';
import { describeCause, withCause } from '../report-text.ts';
import type { Principal } from '../request-context.ts';
import type { CallDegradedEvent, CallEvent } from './call-events.ts';
import type { CallClock } from './call-options.ts';
import { isSecretMissing } from './call-secrets.ts';
import type { CallSecrets } from './call-secrets.ts';
import type { CallServiceConfig } from './call-service.ts';
import type { CallStore, Lease, StoredCall } from './call-store.ts';
import type { UpstreamContext } from './call-upstream.ts';

/** How long another process waits before it takes over the calls of a process that was lost. */
const LEASE_MS = 10_000;

/** The members of a {@link StoredCall} that events and ends need. */
export type CallRef = Pick<StoredCall, 'id' | 'principal' | 'upstreamId' | 'keyId' | 'model'> & {
  readonly capInMs: number;
};

/** Leaves out what {@link CallContext.emit} adds. */
type EventOf<E> = E extends CallEvent ? Omit<E, 'call' | 'principal' | 'atMs'> : never;

export interface EventSubject {
  readonly id: string | undefined;
  readonly principal: string | undefined;
}

/** What the parts of a call service share. */
export interface CallContext<P extends Principal> {
  readonly config: CallServiceConfig<P>;
  readonly secrets: CallSecrets;
  /** `undefined` if no process owns calls. */
  readonly lease: Lease | undefined;
  /** When the store last answered or refused to renew the lease, on the monotonic clock in milliseconds. */
  leaseCheckedAtMs: number;
  /** When the process last continued after it was frozen, on the same clock. */
  thawedAtMs: number;
  /** Whether the process was frozen for so long that another one may have taken its calls over. */
  wasFrozen(): boolean;
  /** Aborted when the service has closed. */
  readonly closed: AbortSignal;
  /** Waits for a time, or until the service has closed. */
  readonly pause: (delayMs: number) => Promise<void>;
  /** Raises an event. `undefined`: it does not concern a single call or principal. */
  emit(call: EventSubject, event: EventOf<CallEvent>): void;
  hashPrincipal(id: string): Promise<string>;
  /** What a request to the provider needs. */
  upstreamContext(apiKey: string, signal: AbortSignal): UpstreamContext;
}

/** The event `degraded`, with the error that explains it. */
export function toDegraded(
  { cause, ...event }: Pick<CallDegradedEvent, 'part' | 'remedy' | 'cause'>,
  { knownSecrets }: Pick<CallServiceConfig<Principal>, 'knownSecrets'>,
): EventOf<CallDegradedEvent> {
  return withCause({ ...event, type: 'degraded', error: describeCause(cause, knownSecrets) }, cause);
}

/** Many waits share one listener: a signal with many listeners is reported as a leak. */
function createPause(clock: CallClock, closed: AbortSignal): (delayMs: number) => Promise<void> {
  const waiting = new Set<() => void>();
  closed.addEventListener('abort', () => {
    for (const wake of waiting) wake();
  });
  return (delayMs) =>
    new Promise((resolve) => {
      if (closed.aborted) {
        resolve();
        return;
      }
      const wake = (): void => {
        cancel();
        waiting.delete(wake);
        resolve();
      };
      const cancel = clock.setTimer(wake, delayMs);
      waiting.add(wake);
    });
}

/** Creates what the parts of a call service share. */
export function createCallContext<P extends Principal>(
  config: CallServiceConfig<P>,
  secrets: CallSecrets,
  closed: AbortSignal,
): CallContext<P> {
  const ownsCalls =
    config.supervision === 'attached' && config.store.scope === 'shared' && !isSecretMissing(config);
  const lease = ownsCalls ? { owner: crypto.randomUUID(), leaseMs: LEASE_MS } : undefined;
  return {
    config,
    secrets,
    closed,
    leaseCheckedAtMs: config.clock.monotonicMs(),
    thawedAtMs: -Infinity,
    wasFrozen() {
      return lease !== undefined && config.clock.monotonicMs() - this.leaseCheckedAtMs > LEASE_MS;
    },
    pause: createPause(config.clock, closed),
    lease,
    emit({ id, principal }, event) {
      const base = {
        call: id,
        principal: config.secret === undefined ? undefined : principal,
        atMs: config.clock.nowMs(),
      };
      // Keeps members that are not enumerable, such as `cause`.
      config.onEvent(
        Object.defineProperties({ ...base }, Object.getOwnPropertyDescriptors(event)) as CallEvent,
      );
    },
    hashPrincipal: async (id) => (await config.hashPrincipal(id)) ?? secrets.hashPrincipal(id),
    upstreamContext: (apiKey, signal) => ({
      apiKey,
      signal,
      fetch: config.fetch,
      onResponse: () => undefined,
    }),
  };
}

/**
 * Calls the store for a request of a page.
 *
 * @throws ProblemError `store_unavailable` if the store fails.
 */
export async function withStore<T>(store: CallStore, run: (store: CallStore) => Promise<T>): Promise<T> {
  try {
    return await run(store);
  } catch (cause) {
    throw new ProblemError('store_unavailable', { cause, retryAfterMs: 1000 });
  }
}

const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** Time before the next attempt, doubled with each: 0.5 s to 30 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** Math.min(failures, 10));
}

const MAX_STORE_RETRY_MS = 5000;

/** Repeats an operation of the store until it succeeds or the service has closed. `undefined` if it closed. */
export async function persist<P extends Principal, T>(
  { config, closed, pause }: CallContext<P>,
  run: (store: CallStore) => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await run(config.store);
    } catch {
      if (closed.aborted) return undefined;
      await pause(Math.min(retryDelayMs(failures), MAX_STORE_RETRY_MS));
    }
  }
}
