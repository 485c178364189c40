/** An event of the server, before it is given its `event_id`. */
export interface ServerEvent {
  /** Event type, such as `session.created`. */
  readonly type: string;
  /** What the event carries. */
  readonly [member: string]: unknown;
}

/** Sends one event to the client, with an `event_id`; does nothing once the connection is closing. */
export type Send = (event: ServerEvent) => void;
