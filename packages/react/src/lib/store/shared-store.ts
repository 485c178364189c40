import { createTokenManager, type SessionInfo, type TokenManager } from '@realtime-session/core';
import { createActions } from './create-actions.ts';
import { createRealtimeSessionStore, type RealtimeSessionStore } from './create-realtime-session-store.ts';
import { pageClock, type HookClock } from './page-clock.ts';
import type { RealtimeSession } from './realtime-session.ts';
import type { RealtimeSessionOptions } from './session-options.ts';
import { toManagerOptions } from './to-manager-options.ts';

/** How long a store outlives its last subscriber, in milliseconds: StrictMode and route changes come back sooner. */
const LINGER_MS = 1_000;

/** The store behind a hook: made when first needed, disposed a moment after the last component left, made again if one returns. */
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

/** What a shared store tells its owner. */
export interface Lifecycle {
  /** It is in use again. */
  onUsed(): void;
  /** It was disposed. */
  onDisposed(): void;
}

/**
 * Makes a store that creates nothing until it is read.
 *
 * @param options - As first rendered.
 * @param lifecycle - Told when it comes and goes.
 */
export function createSharedStore<Params, Session>(
  options: RealtimeSessionOptions<Params, Session>,
  lifecycle?: Lifecycle,
): SharedStore<Params, Session> {
  let latest = options;
  let inner: RealtimeSessionStore<Params, Session> | undefined;
  let subscribers = 0;
  let stayAlive = (): void => undefined;
  const actions = createActions<Params, Session>(() => current().manager);
  const shown = new WeakMap<object, RealtimeSession<Params, Session>>();

  function current(): RealtimeSessionStore<Params, Session> {
    inner ??= createRealtimeSessionStore<Params, Session>(createTokenManager(toManagerOptions(() => latest)));
    return inner;
  }

  /** The inner store's state with actions that outlive it, the same object for the same state. */
  function show(state: RealtimeSession<Params, Session>): RealtimeSession<Params, Session> {
    const known = shown.get(state);
    if (known) return known;
    const made = { ...state, ...actions };
    shown.set(state, made);
    return made;
  }

  function disposeSoon(): void {
    stayAlive = (options.environment?.clock ?? pageClock).setTimer(() => {
      inner?.manager.dispose();
      inner = undefined;
      lifecycle?.onDisposed();
    }, LINGER_MS);
  }

  return {
    clock: options.environment?.clock ?? pageClock,
    getInitialState: () => show(current().getInitialState()),
    getState: () => show(current().getState()),
    update: (next) => void (latest = next),
    subscribe(listener) {
      stayAlive();
      subscribers += 1;
      lifecycle?.onUsed();
      const off = current().subscribe(listener);
      return () => {
        off();
        subscribers -= 1;
        if (subscribers === 0) disposeSoon();
      };
    },
  };
}

/**
 * A store around a manager that belongs to the app: never disposed here.
 *
 * @param manager - The app's own.
 */
export function createBorrowedStore<Params, Session>(
  manager: TokenManager<Params, Session>,
): SharedStore<Params, Session> {
  const store = createRealtimeSessionStore(manager);
  return {
    clock: pageClock,
    getInitialState: () => store.getInitialState(),
    getState: () => store.getState(),
    subscribe: (listener) => store.subscribe(listener),
    update: () => undefined,
  };
}
