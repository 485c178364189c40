import { createTokenManager, type SessionInfo, type TokenManager } from '@realtime-session/core';
import { createActions } from './create-actions.ts';
import type { ManagerSource } from './manager-source.ts';
import { pageClock, type HookClock } from './page-clock.ts';
import { projectStore } from './project-store.ts';
import type { ReadableStore } from './readable-store.ts';
import type { UseRealtimeSessionOptions } from './session-options.ts';
import { toManagerOptions } from './to-manager-options.ts';

/** How long a store outlives its last subscriber, in milliseconds: StrictMode and route changes come back sooner. */
const LINGER_MS = 1_000;

/** What a hook reads. */
export interface SharedStore<Params = unknown, Session = SessionInfo> extends ReadableStore<Params, Session> {
  /** The clock its manager goes by. */
  readonly clock: HookClock;
  /** Takes over the options of the latest render: fetcher, headers and callbacks. */
  update(options: UseRealtimeSessionOptions<Params, Session>): void;
}

/**
 * Makes a store whose manager is made when it is first read, disposed a moment after the last component left, and made
 * again if one returns.
 *
 * @param options - As first rendered.
 */
export function createSharedStore<Params, Session>(
  options: UseRealtimeSessionOptions<Params, Session>,
): SharedStore<Params, Session> {
  let latest = options;
  let manager: TokenManager<Params, Session> | undefined;
  let subscribers = 0;
  let stayAlive = (): void => undefined;

  const source: ManagerSource<Params, Session> = { options: () => latest };
  const clock = (): HookClock => latest.environment?.clock ?? pageClock;
  const make = (): TokenManager<Params, Session> =>
    (manager = createTokenManager({
      ...toManagerOptions(source),
      // Only once: whoever signed out is not signed in again by what their page was rendered with.
      ...(manager && { initialToken: undefined }),
    }));
  const living = (): TokenManager<Params, Session> =>
    !manager || manager.getState().status === 'disposed' ? make() : manager;
  // An action that outlived its component meets the disposed manager: it must not mint for who has left.
  const projected = projectStore(
    living,
    createActions(() => manager ?? make()),
    source,
  );

  const store = {
    ...projected,
    get clock() {
      return clock();
    },
    update: (next: UseRealtimeSessionOptions<Params, Session>) => void (latest = next),
    subscribe(listener: Parameters<typeof projected.subscribe>[0]) {
      stayAlive();
      subscribers += 1;
      const off = projected.subscribe(listener);
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
