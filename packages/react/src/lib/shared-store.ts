import {
  createTokenManager,
  type Clock,
  type EphemeralToken,
  type SessionInfo,
  type TokenManager,
  type TokenState,
} from '@realtime-session/core';
import { memoize, memoizeMerge } from './memoize.ts';
import { toManagerOptions, type UseRealtimeSessionOptions } from './session-options.ts';
import {
  createActions,
  type RealtimeSessionActions,
  type SelectableSession,
  type UseRealtimeSessionResult,
} from './session-result.ts';

/** How long a manager outlives the last subscriber of its store. StrictMode and route changes resubscribe sooner. */
const DISPOSE_DELAY_MS = 1_000;

/** A session in the read-only shape of a zustand store. */
export interface ReadableStore<Params = unknown, Session = SessionInfo> {
  /** The same functions for the lifetime of the store. */
  readonly actions: RealtimeSessionActions<Params, Session>;
  getInitialState(): UseRealtimeSessionResult<Params, Session>;
  getState(): UseRealtimeSessionResult<Params, Session>;
  /** Returns the token of a result: of the initial one the initial token, which a browser hydrates, else the current token. */
  getToken(
    this: void,
    result: UseRealtimeSessionResult<Params, Session>,
  ): EphemeralToken<Session> | undefined;
  /** Returns what selectors receive; the same object for the same result. */
  toSelectable(result: UseRealtimeSessionResult<Params, Session>): SelectableSession<Params, Session>;
  /** Listens. The store of a component holds a lease meanwhile. */
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
  let leased: TokenManager<Params, Session> | undefined;
  let initial: InitialSession<Session> | undefined;
  let subscribers = 0;
  let cancelDisposal = (): void => undefined;
  const relay = createEventRelay();

  function createManager(): TokenManager<Params, Session> {
    manager = createTokenManager({
      ...toManagerOptions(() => latest),
      // Used once: a user who signed out must not get back the token that the page was rendered with.
      ...(manager && { initialToken: undefined }),
    });
    initial ??= readInitial(manager);
    relay.follow(manager);
    return manager;
  }
  const readable = toReadableStore({
    getManager: () => (!manager || manager.getState().status === 'disposed' ? createManager() : manager),
    getInitial: () => (initial ??= readInitial(createManager())),
    // Actions use a disposed manager as it is: an action that outlived its component must not mint.
    actions: createActions(() => manager ?? createManager(), relay.on),
  });

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
      // Ends with the manager: a token that is on its way must survive a route change.
      if (leased !== manager) (leased = manager)?.keepFresh();
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

interface EventRelay {
  readonly on: TokenManager['on'];
  /** Reports the events of this manager from now on. */
  readonly follow: (manager: Pick<TokenManager, 'on'>) => void;
}

/** Reports the events of managers that replace each other. A manager drops its listeners when it is disposed. */
function createEventRelay(): EventRelay {
  const entries = new Set<{
    readonly listener: Parameters<TokenManager['on']>[0];
    stop?: (() => void) | undefined;
  }>();
  let current: Pick<TokenManager, 'on'> | undefined;
  return {
    on(listener) {
      const entry = { listener, stop: current?.on(listener) };
      entries.add(entry);
      return () => {
        entry.stop?.();
        entries.delete(entry);
      };
    },
    follow(manager) {
      current = manager;
      for (const entry of entries) entry.stop = manager.on(entry.listener);
    },
  };
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
  const initial = readInitial(manager);
  const readable = toReadableStore({
    getManager,
    getInitial: () => initial,
    actions: createActions(getManager),
  });
  const store: SharedStore<Params, Session> = {
    ...readable,
    clock: pageClock,
    manager,
    update: () => undefined,
    subscribe: (listener) => addLease(manager, readable.subscribe(listener)),
  };
  managerStores.set(manager, store);
  return store;
}

/** What a server renders and a browser hydrates. */
interface InitialSession<Session> {
  readonly state: TokenState;
  readonly token: EphemeralToken<Session> | undefined;
}

/** Reads no clock if the manager was not used before. */
function readInitial<Params, Session>(manager: TokenManager<Params, Session>): InitialSession<Session> {
  return { state: manager.getInitialState(), token: manager.peek() };
}

interface ReadableStoreInit<Params, Session> {
  readonly getManager: () => TokenManager<Params, Session>;
  readonly getInitial: () => InitialSession<Session>;
  readonly actions: RealtimeSessionActions<Params, Session>;
}

function toReadableStore<Params, Session>({
  getManager,
  getInitial,
  actions,
}: ReadableStoreInit<Params, Session>): ReadableStore<Params, Session> {
  const toResult = memoizeMerge<TokenState, RealtimeSessionActions<Params, Session>>(actions);
  const getInitialState = (): UseRealtimeSessionResult<Params, Session> => toResult(getInitial().state);
  const getToken: ReadableStore<Params, Session>['getToken'] = (result) =>
    result === getInitialState() ? getInitial().token : getManager().peek();
  return {
    actions,
    getInitialState,
    getState: () => toResult(getManager().getState()),
    getToken,
    toSelectable: memoize((result) => ({ ...result, peek: () => getToken(result) })),
    subscribe: (listener) =>
      getManager().subscribe((state, previous) => listener(toResult(state), toResult(previous))),
  };
}

/**
 * Takes a lease for a listener, and returns a function that ends both. Subscribe first, so that the listener also gets the
 * changes that the lease causes.
 */
export function addLease(
  manager: Pick<TokenManager<never, unknown>, 'keepFresh'>,
  unsubscribe: () => void,
): () => void {
  const release = manager.keepFresh();
  return () => {
    release();
    unsubscribe();
  };
}
