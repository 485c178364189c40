import {
  createRealtimeConnection,
  type ConnectionState,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import type { ConnectionActions, UseRealtimeConnectionResult } from './connection-view.ts';

/** A connection for one component, in the read-only shape of a zustand store. */
export interface LatestConnection {
  /** The state and what can be done about it. The reference is stable until the state changes. */
  readonly getState: () => UseRealtimeConnectionResult;
  /** The state of one that never connected. */
  readonly getInitialState: () => UseRealtimeConnectionResult;
  /** Listens for changes; the return stops listening. */
  readonly subscribe: (
    listener: (view: UseRealtimeConnectionResult, previous: UseRealtimeConnectionResult) => void,
  ) => () => void;
  /** Ends the call. */
  readonly close: () => void;
  /** Uses another source and other options from now on. */
  readonly update: (tokens: TokenSource, options: RealtimeConnectionOptions) => void;
}

/**
 * A connection whose source and options may be replaced at any time.
 *
 * @param tokens - Where tokens come from at first.
 * @param options - The options at first.
 */
export function createLatestConnection(
  tokens: TokenSource,
  options: RealtimeConnectionOptions,
): LatestConnection {
  let latest = { tokens, options };
  // A connection reads each option when it needs it.
  const latestOptions = new Proxy<RealtimeConnectionOptions>(
    {},
    { get: (_, name) => Reflect.get(latest.options, name) as unknown },
  );
  const { getState, getInitialState, subscribe, ...actions } = createRealtimeConnection(
    { withToken: (use, init) => latest.tokens.withToken(use, init) },
    latestOptions,
  );
  const view = createView(actions);
  return {
    getState: () => view(getState()),
    getInitialState: () => view(getInitialState()),
    subscribe: (listener) => subscribe((state, previous) => listener(view(state), view(previous))),
    close: actions.close,
    update(nextTokens, nextOptions) {
      latest = { tokens: nextTokens, options: nextOptions };
    },
  };
}

function createView(actions: ConnectionActions): (state: ConnectionState) => UseRealtimeConnectionResult {
  const views = new WeakMap<ConnectionState, UseRealtimeConnectionResult>();
  return (state) => {
    const known = views.get(state);
    if (known) return known;
    const view: UseRealtimeConnectionResult = { ...state, ...actions };
    views.set(state, view);
    return view;
  };
}
