import type { ConnectionState, RealtimeConnection } from '@realtime-session/webrtc';

/** What a component can do with a connection. Every function keeps its identity for as long as the component lives. */
export type ConnectionActions = Pick<
  RealtimeConnection,
  'connect' | 'close' | 'send' | 'onEvent' | 'mute' | 'unmute' | 'resumePlayback'
>;

/** A state without these says so, so that they can be destructured before `status` is looked at. */
type WithRest<State> = State & Omit<NothingElse, keyof State>;

interface NothingElse {
  /** Nothing has failed. */
  readonly error?: undefined;
  /** It is not coming back. */
  readonly attempt?: undefined;
  /** Nothing plays. */
  readonly playbackBlocked?: undefined;
}

type EachState<State> = State extends unknown ? WithRest<State> : never;

/** The state of a connection, a union on `status`, and what can be done about it. */
export type UseRealtimeConnectionResult = EachState<ConnectionState> & ConnectionActions;
