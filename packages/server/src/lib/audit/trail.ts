import type { LastUpstreamAnswer } from '../upstream/last-answer.ts';

/** What is noted while a request is served, for its audit event. */
export interface Trail {
  /** Id of the request. */
  readonly requestId: string;
  /** When it came, by the handler's clock, in milliseconds. */
  readonly startedMs: number;
  /** The address bucket it counts to. */
  readonly address: string;
  /** HMAC of the principal's id. */
  principal: string | undefined;
  /** Times the limiter failed and the request went on, by `limiterFailure: 'allow'`. */
  limiterFailures: number;
  /** Calls made to the upstream. */
  attempts: number;
  /** What the upstream said last. */
  upstream: LastUpstreamAnswer | undefined;
}
