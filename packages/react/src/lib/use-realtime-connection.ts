import {
  createRealtimeConnection,
  type ConnectionState,
  type RealtimeConnection,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { useEffect, useInsertionEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { memoizeMerge } from './memoize-merge.ts';

/** What a component can do with its connection. Every function keeps its identity for the lifetime of the component. */
export type ConnectionActions = Pick<
  RealtimeConnection,
  'connect' | 'close' | 'send' | 'onEvent' | 'mute' | 'unmute' | 'resumePlayback'
>;

/** Adds the members that a state lacks, so that they can be destructured before `status` is checked. */
type WithAllMembers<State> = State extends unknown ? State & Omit<AbsentMembers, keyof State> : never;

interface AbsentMembers {
  /** Nothing has failed. */
  readonly error?: undefined;
  /** It is not reconnecting. */
  readonly attempt?: undefined;
  /** It is not connected. */
  readonly playbackBlocked?: undefined;
}

/** The state of a connection, a union on `status`, and the functions that act on it. */
export type UseRealtimeConnectionResult = WithAllMembers<ConnectionState> & ConnectionActions;

/**
 * Returns one voice connection for this component. It never connects by itself. It ends when the component unmounts, is
 * hidden, or gets another token source. Two components have two connections.
 *
 * @param tokens - A token manager, or the result of `useRealtimeSession()`.
 * @param options - As for `createRealtimeConnection()`. They may be inline; the latest ones are used.
 * @returns the connection's state, a union on `status`, and functions whose identity never changes.
 *
 * @example
 * ```tsx
 * const session = useRealtimeSession({ endpoint: '/api/realtime-session' });
 * const { status, connect, close } = useRealtimeConnection(session);
 * ```
 */
export function useRealtimeConnection(
  tokens: TokenSource,
  options?: RealtimeConnectionOptions,
): UseRealtimeConnectionResult;

/**
 * Returns the part of a connection that a component reads. The component re-renders only when that part changes.
 *
 * @param tokens - A token manager, or the result of `useRealtimeSession()`.
 * @param options - As for `createRealtimeConnection()`, or `undefined`.
 * @param selector - Picks the part. Objects and arrays are compared by their members.
 */
export function useRealtimeConnection<Selected>(
  tokens: TokenSource,
  options: RealtimeConnectionOptions | undefined,
  selector: (connection: UseRealtimeConnectionResult) => Selected,
): Selected;

export function useRealtimeConnection(
  tokens: TokenSource,
  options: RealtimeConnectionOptions = {},
  selector: (connection: UseRealtimeConnectionResult) => unknown = identity,
): unknown {
  const [{ update, close, ...store }] = useState(() => createConnectionStore(tokens, options));
  // Insertion effects run before any effect that could connect.
  useInsertionEffect(() => update(tokens, options));
  // `withToken` never changes for a session or a manager. A different one belongs to a different session, maybe of another user.
  useEffect(() => close, [close, tokens.withToken]);
  return useStore(store, useShallow(selector));
}

function identity<T>(value: T): T {
  return value;
}

/** A connection in the read-only shape of a zustand store. Its token source and options can be replaced. */
interface ConnectionStore {
  readonly getState: () => UseRealtimeConnectionResult;
  readonly getInitialState: () => UseRealtimeConnectionResult;
  readonly subscribe: (
    listener: (result: UseRealtimeConnectionResult, previous: UseRealtimeConnectionResult) => void,
  ) => () => void;
  readonly close: () => void;
  readonly update: (tokens: TokenSource, options: RealtimeConnectionOptions) => void;
}

function createConnectionStore(tokens: TokenSource, options: RealtimeConnectionOptions): ConnectionStore {
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
  const toResult: (state: ConnectionState) => UseRealtimeConnectionResult = memoizeMerge<
    ConnectionState,
    ConnectionActions
  >(actions);
  return {
    getState: () => toResult(getState()),
    getInitialState: () => toResult(getInitialState()),
    subscribe: (listener) => subscribe((state, previous) => listener(toResult(state), toResult(previous))),
    close: actions.close,
    update(nextTokens, nextOptions) {
      latest = { tokens: nextTokens, options: nextOptions };
    },
  };
}
