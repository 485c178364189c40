import {
  ConnectionError,
  createRealtimeConnection,
  type CallRoute,
  type ConnectionState,
  type RealtimeConnection,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { memoizeMerge } from './memoize.ts';

/** What a component can do with its connection. Every function keeps its identity for the lifetime of the component. */
export type ConnectionActions = Pick<
  RealtimeConnection,
  'connect' | 'close' | 'send' | 'onEvent' | 'mute' | 'unmute' | 'setMicrophone' | 'resumePlayback'
>;

/** Adds the members that a state lacks, so that they can be destructured before `status` is checked. */
type WithAllMembers<State> = State extends unknown ? State & Omit<AbsentMembers, keyof State> : never;

interface AbsentMembers {
  /** Nothing has failed. */
  readonly error?: undefined;
  /** It is not reconnecting. */
  readonly attempt?: undefined;
  /** It is neither connected nor reconnecting. */
  readonly api?: undefined;
  /** It is not connected. */
  readonly playbackBlocked?: undefined;
  /** It is not connected. */
  readonly sendingAudio?: undefined;
  /** It is not connected. */
  readonly callId?: undefined;
  /** It is not connected. */
  readonly endsAtMs?: undefined;
  /** It is not connected. */
  readonly budgetLeft?: undefined;
}

/** The state of a connection, a union on `status`, and the functions that act on it. */
export type UseRealtimeConnectionResult = WithAllMembers<ConnectionState> & ConnectionActions;

/** Where a component's calls come from. */
export interface CallOrigin {
  readonly source: TokenSource | CallRoute;
  /** Differs between users and sessions. Never changes while a call may continue. */
  readonly identity: unknown;
}

/** The connection of one component, in the read-only shape of a zustand store. Its source and options can be replaced. */
export interface ConnectionStore {
  readonly getState: () => UseRealtimeConnectionResult;
  readonly getInitialState: () => UseRealtimeConnectionResult;
  readonly subscribe: (
    listener: (result: UseRealtimeConnectionResult, previous: UseRealtimeConnectionResult) => void,
  ) => () => void;
  /** Uses these from now on. If the source is another one, the open call accepts no further events. */
  readonly update: (origin: CallOrigin, options: RealtimeConnectionOptions) => void;
  /** Ends a call that was made with another source than the current one. */
  readonly closeOutdated: () => void;
  /** For a layout effect: the component is on the page, and can connect until the returned function is called. */
  readonly attach: () => () => void;
  /** For the cleanup of an effect: ends the call unless the component is attached again immediately. */
  readonly detach: () => void;
}

/** Creates the connection of a component. Creating it has no effects, so it may happen while React renders. */
export function createConnectionStore(
  origin: CallOrigin,
  options: RealtimeConnectionOptions,
): ConnectionStore {
  let latest = { ...origin, options };
  let isOutdated = false;
  let closes = 0;
  const { getState, getInitialState, subscribe, ...actions } = createRealtimeConnection(
    toLatest(() => latest.source),
    toLatest(() => latest.options),
  );

  const presence = createPresence(close);

  function close(): void {
    closes += 1;
    actions.close();
    presence.wake();
  }

  function closeOutdated(): void {
    if (isOutdated) close();
    isOutdated = false;
  }

  const connect: RealtimeConnection['connect'] = (init) => {
    closeOutdated();
    if (presence.isAttached()) return actions.connect(init);
    const closesBefore = closes;
    const opened = presence.wait().then(() => {
      if (!presence.isAttached() || closes !== closesBefore) throw new ConnectionError('closed');
      return connect(init);
    });
    opened.catch(() => undefined); // a caller that ignores the promise must not crash the page
    return opened;
  };

  const send: RealtimeConnection['send'] = (event) => {
    if (isOutdated) throw new ConnectionError('closed');
    actions.send(event);
  };

  const setMicrophone: RealtimeConnection['setMicrophone'] = (audio) => {
    closeOutdated();
    return actions.setMicrophone(audio);
  };

  const toResult: (state: ConnectionState) => UseRealtimeConnectionResult = memoizeMerge<
    ConnectionState,
    ConnectionActions
  >({ ...actions, connect, close, send, setMicrophone });
  return {
    getState: () => toResult(getState()),
    getInitialState: () => toResult(getInitialState()),
    subscribe: (listener) => subscribe((state, previous) => listener(toResult(state), toResult(previous))),
    update(next, nextOptions) {
      isOutdated ||= next.identity !== latest.identity;
      latest = { ...next, options: nextOptions };
    },
    closeOutdated,
    attach: presence.attach,
    detach: presence.detach,
  };
}

/** A connection reads each member of its source and of its options when it needs it. */
function toLatest<T extends object>(getLatest: () => T): T {
  const get = (_: T, name: string | symbol): unknown => {
    const latest = getLatest();
    const member: unknown = Reflect.get(latest, name);
    return typeof member === 'function' ? (member.bind(latest) as unknown) : member;
  };
  return new Proxy({} as T, { get }); // every read goes to the latest one
}

interface Presence extends Pick<ConnectionStore, 'attach' | 'detach'> {
  readonly isAttached: () => boolean;
  /** Resolves when React has run its effects, and not before a Suspense fallback is gone. */
  readonly wait: () => Promise<void>;
  /** Resolves what waits. */
  readonly wake: () => void;
}

/** Whether a component is on the page. */
function createPresence(onGone: () => void): Presence {
  // `covered`: without its layout effects. It is behind a Suspense fallback, or about to be detached.
  let state: 'detached' | 'attached' | 'covered' = 'detached';
  const waiting = new Set<() => void>();

  function wake(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  function setState(next: typeof state): void {
    state = next;
    wake();
  }

  return {
    wake,
    isAttached: () => state === 'attached',
    wait: () =>
      state === 'covered' ? new Promise((resolve) => void waiting.add(resolve)) : Promise.resolve(),
    attach() {
      setState('attached');
      return () => setState('covered');
    },
    detach() {
      if (state === 'covered') setState('detached');
      // StrictMode and Fast Refresh detach a component and attach it again immediately: its call continues.
      queueMicrotask(() => {
        if (state === 'detached') onGone();
      });
    },
  };
}
