import type { AuditEvent } from '../audit/audit-event.ts';
import type { Limiter } from '../limit/limiter.ts';
import type { Ceilings } from '../policy/ceilings.ts';
import type { ClientRules } from '../policy/client-params.ts';
import type { ParsedParams } from '../policy/parse-params.ts';
import type { SessionParams } from '../policy/session-params.ts';
import type { Identify } from '../upstream/safety-identifier.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { ResponseFormat } from './mint-answer.ts';
import type { Principal } from './principal.ts';
import type { Awaitable, LimiterFailure, SessionHandlerOptions } from './session-handler-options.ts';

/** Options after defaults and checks. */
export interface HandlerConfig<P extends Principal> {
  /** Finds the standing API key. */
  readonly apiKey: () => Awaitable<string | undefined>;
  /** The owner's hook. */
  readonly authorize: SessionHandlerOptions<P>['authorize'];
  /** What the owner pins for this principal; `null` refuses. */
  readonly pinned: (principal: P, params: SessionParams) => Awaitable<ParsedParams | null>;
  /** What a client may set. */
  readonly rules: ClientRules;
  /** What no session exceeds. */
  readonly ceilings: Ceilings;
  /** Origins besides same-origin. */
  readonly origins: ReadonlySet<string>;
  /** Counts mints per address. */
  readonly addressLimiter: Limiter;
  /** Counts mints per principal. */
  readonly principalLimiter: Limiter;
  /** What becomes of a request whose limiter failed. */
  readonly limiterFailure: LimiterFailure;
  /** Where tokens come from. */
  readonly upstream: Upstream;
  /** Shape of the answer. */
  readonly responseFormat: ResponseFormat;
  /** Session fields the browser may see. */
  readonly expose: readonly string[];
  /** Bound of the upstream and of each hook, in milliseconds. */
  readonly timeoutMs: number;
  /** Bound of the body. */
  readonly maxBodyBytes: number;
  /** Hashes a principal's id. */
  readonly identify: Identify;
  /** Does the upstream calls. */
  readonly fetch: typeof fetch;
  /** Tells the owner. */
  readonly onEvent: ((event: AuditEvent) => unknown) | undefined;
  /** Current time in milliseconds. */
  readonly nowMs: () => number;
}
