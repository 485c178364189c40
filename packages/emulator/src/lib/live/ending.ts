import type { LiveCloseReason } from '@realtime-session/protocol';
import type { CallEnd } from '../state/call-registry.ts';

/** How a Live session ends. */
export interface LiveEnding extends CallEnd {
  /** Default: the reason that belongs to `by`. */
  readonly closeReason?: LiveCloseReason;
  /** Whether `session.closed` is sent. Default `sent`. */
  readonly closedEvent?: 'sent' | 'lost';
  /** Id of the client event that asked for the end. */
  readonly clientEventId?: string | undefined;
}
