import type { AuditContext } from '../audit.ts';
import type { Awaitable } from '../options.ts';
import type { DisconnectSignal } from '../received-request.ts';
import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallEvent } from './call-events.ts';
import type { Call, CallBudget, CallClock, CallTool } from './call-options.ts';
import type { CallStore } from './call-store.ts';
import type { CallUpstream } from './call-upstream.ts';

/** A request for a call, after all checks of the route. */
export interface CallRequest<P extends Principal> {
  readonly principal: P;
  /** The page's offer, SDP. */
  readonly sdp: string;
  /** Valid by the schema of the provider. */
  readonly session: UnknownRecord;
  readonly model: string | undefined;
  readonly apiKey: string;
  readonly safetyIdentifier: string | undefined;
  /** The call that the new one replaces, from `?call=`. Untrusted. */
  readonly replaces: string | undefined;
  /** Whether the page sends heartbeats. */
  readonly heartbeat: 'none' | 'expected';
  /** Aborted when the page disconnects. The creation is finished all the same, and hung up. */
  readonly signal: DisconnectSignal;
  readonly audit: AuditContext;
}

/** What a page may know of a call. */
export interface CallView {
  /** Our id. */
  readonly id: string;
  /** Until it ends, at the latest. */
  readonly endsInMs: number;
  /** How often the page sends a heartbeat; `undefined`: never. */
  readonly heartbeatMs: number | undefined;
  /** In the unit of `cost`. `undefined` without a budget. */
  readonly budgetLeft: number | undefined;
}

export interface CreatedCall extends CallView {
  /** SDP. */
  readonly answer: string;
}

/**
 * What the route does with calls. Every method rejects with a `ProblemError`: `too_many_calls`, `budget_exhausted`, `call_not_found`,
 * `call_ended`, `outcome_unknown`, `store_unavailable`, `upstream_*`, `invalid_offer`.
 */
export interface CallService<P extends Principal> {
  create(request: CallRequest<P>): Promise<CreatedCall>;
  heartbeat(id: string, principal: P): Promise<CallView>;
  /**
   * Ends a call.
   *
   * @param principal - `undefined` if the request has no authorization: the unguessable id is enough to end a call.
   */
  hangUp(id: string, principal: P | undefined): Promise<void>;
}

/** What a {@link CallService} needs, after all checks. */
export interface CallServiceConfig<P extends Principal> {
  readonly upstream: CallUpstream;
  readonly limits: ResolvedCallLimits;
  readonly tools: Readonly<Record<string, CallTool<P>>>;
  readonly supervision: 'attached' | 'sweep';
  readonly store: CallStore;
  readonly transcripts: 'none' | 'events';
  readonly onCall: ((call: Call<P>) => Awaitable<void>) | undefined;
  readonly onEvent: (event: CallEvent) => void;
  readonly clock: CallClock;
  readonly fetch: typeof fetch;
  /** Values of options that must not be in the text of an error. */
  readonly knownSecrets: readonly string[];
  /** Time limit for the provider. */
  readonly timeoutMs: number;
  /** Dotted paths that a page may change. */
  readonly allowedPaths: readonly string[];
  /** Reads the API key now. Rejects with `server_misconfigured`. */
  readonly readApiKey: (signal: AbortSignal) => Promise<string>;
  /** The session of a principal, as for a new call: needed to take a call over. */
  readonly readSession: (principal: P, signal: AbortSignal) => Promise<UnknownRecord>;
  /** The identifier of a principal in events and requests. */
  readonly hashPrincipal: (id: string) => Promise<string | undefined>;
  /** The key of all hashes and of sealed memos. `undefined`: a random one, which only a store of this process accepts. */
  readonly secret: string | undefined;
}

export interface ResolvedCallLimits {
  readonly maxDurationMs: number;
  readonly warnBeforeMs: number;
  readonly idleTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly maxConcurrentPerPrincipal: number;
  readonly maxConcurrentTotal: number;
  readonly whenFull: 'refuse' | 'replace';
  readonly budget:
    | (Required<Pick<CallBudget, 'cost' | 'unpriced'>> & Pick<CallBudget, 'perCall' | 'perPrincipal'>)
    | undefined;
}

/** Counts of one sweep. */
export interface SweepResult {
  /** Calls that were ended. */
  readonly ended: number;
  /** Calls that could not be ended now; the next sweep tries again. */
  readonly failed: number;
}

/** Everything behind the route: what `createCallService()` returns. */
export interface CallSupervisor<P extends Principal> extends CallService<P> {
  /**
   * Ends calls of any process. Resolves when they have ended at the provider.
   *
   * @returns the number of calls.
   */
  hangUpAll(selector: { readonly call: string } | { readonly principal: string }): Promise<number>;
  sweep(): Promise<SweepResult>;
  close(options: { readonly graceMs: number }): Promise<void>;
}
