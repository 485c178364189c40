import type { ConnectionError } from '../errors/connection-error.ts';

/**
 * What a connection is doing, as a union on `status`. It says nothing about the token: an expired token never ends a
 * call that is open.
 */
export type ConnectionState =
  | {
      /** Never connected, opening, or closed by the app. */
      readonly status: 'idle' | 'connecting' | 'closed';
    }
  | ConnectedState
  | {
      /** It broke down, and another call is on its way. */
      readonly status: 'reconnecting';
      /** Which try this is, counted from 1. */
      readonly attempt: number;
      /** What went wrong last. */
      readonly error: ConnectionError;
    }
  | {
      /** It could not open, or it broke down and nothing more is tried. */
      readonly status: 'failed';
      /** Why. */
      readonly error: ConnectionError;
    };

/** A connection that is open. */
export interface ConnectedState {
  /** Open. */
  readonly status: 'connected';
  /** Whether the browser refused to play the model's voice: call `resumePlayback()` from a click. */
  readonly playbackBlocked: boolean;
}

/** What a connection is doing: never connected, opening, open, coming back, closed by the app, or broken. */
export type ConnectionStatus = ConnectionState['status'];
