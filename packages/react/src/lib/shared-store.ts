import {
  createTokenManager,
  type Clock,
  type SessionInfo,
  type TokenManager,
  type TokenState,
} from '@realtime-session/core';
import { memoizeMerge } from './memoize-merge.ts';
import { toManagerOptions, type UseRealtimeSessionOptions } from './session-options.ts';
import {
  createActions,
  type RealtimeSessionActions,
  type UseRealtimeSessionResult,
} from './session-result.ts';

/** How long a manager outlives the last subscriber of its store. StrictMode and route changes resubscribe sooner. */
const DISPOSE_DELAY_MS = 1_000;

/** A session in the read-only shape of a zustand store. */
export interface ReadableStore<Params = unknown, Session = SessionInfo> {
  getInitialState(): UseRealtimeSessionResult<Params, Session>;
  getState(): UseRealtimeSessionResult<Params, Session>;
  /** Listens, and holds a lease meanwhile. */
  subscribe(
    listener: (
      result: UseRealtimeSessionResult<Params, Session>,
      previous: UseRealtimeSessionResult<Params, Session>,
    ) => void,
  ): () => void;
}

/** The store behind the hooks, shared by all components that use the same session. */
export interface SharedStore<Params = unknown, Session = SessionInfo> extends ReadableStore<Params, Session> {
  readonly clock: PageClock;
  /** The current manager; `undefined` until the store is first read. */
  readonly manager: TokenManager<Params, Session> | undefined;
  /** Uses the fetcher, headers and callbacks of the latest render. */
  update(options: UseRealtimeSessionOptions<Params, Session>): void;
}

/** The part of a clock that the hooks use. */
export type PageClock = Pick<Clock, 'nowMs' | 'setTimer'>;

export const pageClock: PageClock = {
  nowMs: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Creates a store with its own manager. The manager is created when the store is first read, disposed soon after the
 * last component unmounts, and replaced if a component comes back.
 */
export function createSharedStore<Params, Session>(
  options: UseRealtimeSessionOptions<Params, Session>,
): SharedStore<Params, Session> {
  let latest = options;
  let manager: TokenManager<Params, Session> | undefined;
  let subscribers = 0;
  let cancelDisposal = (): void => undefined;

  const createManager = (): TokenManager<Params, Session> =>
    (manager = createTokenManager({
      ...toManagerOptions(() => latest),
      // Used once: a user who signed out must not get back the token that the page was rendered with.
      ...(manager && { initialToken: undefined }),
    }));
  const getManager = (): TokenManager<Params, Session> =>
    !manager || manager.getState().status === 'disposed' ? createManager() : manager;
  // Actions use a disposed manager as it is: an action that outlived its component must not mint.
  const readable = toReadableStore(
    getManager,
    createActions(() => manager ?? createManager()),
  );

  const store: SharedStore<Params, Session> = {
    ...readable,
    get clock() {
      return latest.environment?.clock ?? pageClock;
    },
    get manager() {
      return manager;
    },
    update: (next) => void (latest = next),
    subscribe(listener) {
      cancelDisposal();
      subscribers += 1;
      const unsubscribe = readable.subscribe(listener);
      return () => {
        unsubscribe();
        subscribers -= 1;
        // The timer refers to the store, because the registry finds a store only while something else refers to it.
        if (subscribers === 0)
          cancelDisposal = store.clock.setTimer(() => store.manager?.dispose(), DISPOSE_DELAY_MS);
      };
    },
  };
  return store;
}

const managerStores = new WeakMap<object, unknown>();

/** Returns the store of the app's own manager: the same one for every component, and never disposed here. */
export function getManagerStore<Params, Session>(
  manager: TokenManager<Params, Session>,
): SharedStore<Params, Session> {
  // The key is the manager itself, so a known store has its params and session.
  const known = managerStores.get(manager) as SharedStore<Params, Session> | undefined;
  if (known) return known;
  const getManager = (): TokenManager<Params, Session> => manager;
  const store: SharedStore<Params, Session> = {
    ...toReadableStore(getManager, createActions(getManager)),
    clock: pageClock,
    manager,
    update: () => undefined,
  };
  managerStores.set(manager, store);
  return store;
}

function toReadableStore<Params, Session>(
  getManager: () => TokenManager<Params, Session>,
  actions: RealtimeSessionActions<Params, Session>,
): ReadableStore<Params, Session> {
  const toResult = memoizeMerge<TokenState, RealtimeSessionActions<Params, Session>>(actions);
  return {
    getInitialState: () => toResult(getManager().getInitialState()),
    getState: () => toResult(getManager().getState()),
    subscribe: (listener) =>
      subscribeWithLease(getManager(), (state, previous) => listener(toResult(state), toResult(previous))),
  };
}

/** Subscribes before it takes the lease, so that the listener also gets the changes that the lease causes. */
export function subscribeWithLease<Params, Session>(
  manager: TokenManager<Params, Session>,
  listener: (state: TokenState, previous: TokenState) => void,
): () => void {
  const unsubscribe = manager.subscribe(listener);
  const release = manager.keepFresh();
  return () => {
    release();
    unsubscribe();
  };
}
