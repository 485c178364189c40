import type { SessionPlan } from '../policy/session-plan.ts';
import type { Trail } from '../audit/trail.ts';
import type { Upstream } from './upstream.ts';

/** Everything one mint needs. */
export interface MintJob {
  /** Where to. */
  readonly upstream: Upstream;
  /** What for. */
  readonly plan: SessionPlan;
  /** The API key. Sent upstream and nowhere else. */
  readonly apiKey: string;
  /** Hashed id of the user, or nothing. */
  readonly safetyIdentifier: string | undefined;
  /** Longest time for all attempts, in milliseconds. */
  readonly timeoutMs: number;
  /** Does the calls. */
  readonly fetch: typeof fetch;
  /** Current time in milliseconds. */
  readonly nowMs: () => number;
  /** Takes notes. */
  readonly trail: Trail;
}
