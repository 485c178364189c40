import type { ConnectionError } from '../errors/connection-error.ts';

/**
 * What a connection is doing, as a union on `status`. It says nothing about the token: an expired token never ends a
 * call that is open.
 */
export type ConnectionState =
  | {
      /** Never connected, opening, open, or closed by the app. */
      readonly status: 'idle' | 'connecting' | 'connected' | 'closed';
    }
  | {
      /** It could not open, or it broke down. */
      readonly status: 'failed';
      /** Why. */
      readonly error: ConnectionError;
    };

/** What a connection is doing: never connected, opening, open, closed by the app, or broken. */
export type ConnectionStatus = ConnectionState['status'];
