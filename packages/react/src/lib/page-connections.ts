import type { RealtimeConnection } from '@realtime-session/webrtc';

/** The part of a connection that the devtools watch. Every `RealtimeConnection` has it. */
export type InspectableConnection = Pick<RealtimeConnection, 'getState'> & {
  /** Listens for state changes. */
  readonly subscribe: (listener: () => void) => () => void;
};

/**
 * The connections of the components on this page, for tools that watch them. Empty on a server, where no effect runs.
 */
export const pageConnections = new Set<InspectableConnection>();
