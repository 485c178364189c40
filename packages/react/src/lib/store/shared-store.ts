import { createTokenManager, type SessionInfo, type TokenManager } from '@realtime-session/core';
import { createActions } from './create-actions.ts';
import { createProjection } from './create-projection.ts';
import { pageClock, type HookClock } from './page-clock.ts';
import type { RealtimeSession } from './realtime-session.ts';
import type { RealtimeSessionOptions } from './session-options.ts';
import { subscribeWithLease } from './subscribe-with-lease.ts';
import { toManagerOptions } from './to-manager-options.ts';

/** How long a store outlives its last subscriber, in milliseconds: StrictMode and route changes come back sooner. */
const LINGER_MS = 1_000;

/** What a hook reads: a manager's state in zustand's read-only store shape. */
export interface SharedStore<Params = unknown, Session = SessionInfo> {
  /** What the server renders and the browser hydrates. */
  getInitialState(): RealtimeSession<Params, Session>;
  /** What is true now. */
  getState(): RealtimeSession<Params, Session>;
  /** Listens, and holds a lease while doing so. */
  subscribe(
    listener: (session: RealtimeSession<Params, Session>, previous: RealtimeSession<Params, Session>) => void,
  ): () => void;
  /** The clock its manager goes by. */
  readonly clock: HookClock;
  /** Takes over the options of the latest render: fetcher, headers and callbacks. */
  update(options: RealtimeSessionOptions<Params, Session>): void;
}

/**
 * Makes a store whose manager is made when it is first read, disposed a moment after the last component left, and made
 * again if one returns.
 *
 * @param options - As first rendered.
 */
export function createSharedStore<Params, Session>(
  options: RealtimeSessionOptions<Params, Session>,
): SharedStore<Params, Session> {
  let latest = options;
  let manager: TokenManager<Params, Session> | undefined;
  let subscribers = 0;
  let stayAlive = (): void => undefined;

  const clock = (): HookClock => latest.environment?.clock ?? pageClock;
  const make = (): TokenManager<Params, Session> => createTokenManager(toManagerOptions(() => latest));
  // An action that outlived its component meets the disposed manager: it must not mint for who has left.
  const show = createProjection<Params, Session>(createActions(() => (manager ??= make())));

  function living(): TokenManager<Params, Session> {
    if (!manager || manager.getState().status === 'disposed') manager = make();
    return manager;
  }

  const store = {
    get clock() {
      return clock();
    },
    getInitialState: () => show(living().getInitialState()),
    getState: () => show(living().getState()),
    update: (next: RealtimeSessionOptions<Params, Session>) => void (latest = next),
    subscribe(listener: Parameters<SharedStore<Params, Session>['subscribe']>[0]) {
      stayAlive();
      subscribers += 1;
      const off = subscribeWithLease(living(), (state, previous) => listener(show(state), show(previous)));
      return () => {
        off();
        subscribers -= 1;
        // Through the store, because the registry finds it only while something holds it.
        if (subscribers === 0) stayAlive = clock().setTimer(() => store.end(), LINGER_MS);
      };
    },
    end: () => manager?.dispose(),
  };
  return store;
}
