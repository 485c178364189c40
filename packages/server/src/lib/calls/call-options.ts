import type { LiveSession } from '@realtime-session/protocol';
import type { AuditEvent } from '../audit-events.ts';
import type { Awaitable, SessionHandlerOptions, SessionParamsFor, UnknownFields } from '../options.ts';
import type { KnownResult } from '../known-fields.ts';
import type { StandardSchema } from '../policy/client.ts';
import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallEvent } from './call-events.ts';
import type { CallStore } from './call-store.ts';
import type { BillableUsage, CallUpstream } from './call-upstream.ts';

/**
 * Returns what something costs, in a unit of your choice: a finite number, 0 or more; `undefined` if it has no price. Always the
 * difference since the last time, never a running total. Synchronous. `openaiPrices()` returns US dollars.
 */
export type CallCost = (usage: BillableUsage) => number | undefined;

/** Limits of what calls may cost. */
export interface CallBudget {
  /** Most that one call may cost, more than 0, and on Live more than its minimum. What exceeds it, such as the last response, is still paid for. Default: no limit. */
  readonly perCall?: number;
  /** Most that the calls of one principal may cost together in a time window. Default: no limit. */
  readonly perPrincipal?: {
    /** The limit, more than 0. */
    readonly max: number;
    /** Length of the window in milliseconds, from the first cost, 60 000..2 678 400 000. */
    readonly windowMs: number;
  };
  /** What things cost, such as `openaiPrices()`. */
  readonly cost: CallCost;
  /** What happens when something has no price: `end` (default) ends the call, `allow` continues. Both raise the event `unpriced`. */
  readonly unpriced?: 'end' | 'allow';
}

/** Limits of calls. Each has a default, except `budget`. */
export interface CallLimits {
  /** Longest duration in milliseconds, 1000..3 600 000. Default 600 000. */
  readonly maxDurationMs?: number;
  /** How long before the end by duration the event `limit-near` is raised, in milliseconds, 0..3 600 000. Default 30 000. */
  readonly warnBeforeMs?: number;
  /** How long no one may speak while no response runs, in milliseconds, 1000..3 600 000. Default 120 000. Does not apply with `sideband: 'at-end'`. */
  readonly idleTimeoutMs?: number;
  /** Time for the page to connect after the answer, in milliseconds, 1000..600 000. Default 20 000. */
  readonly connectTimeoutMs?: number;
  /** Longest time without a heartbeat of the page, in milliseconds, 3000..600 000. The page sends one every third of it. Default 60 000. */
  readonly heartbeatTimeoutMs?: number;
  /** Calls of one principal at the same time, from 1. Default 1. */
  readonly maxConcurrentPerPrincipal?: number;
  /** Calls of all principals at the same time, from 1. Default `Infinity`. */
  readonly maxConcurrentTotal?: number;
  /** What happens to a call above `maxConcurrentPerPrincipal`: `refuse` (default), or `replace`: it ends the oldest one. */
  readonly whenFull?: 'refuse' | 'replace';
  /** What calls may cost. Default: no limit. */
  readonly budget?: CallBudget;
}

/** The second argument of a tool's `run`. */
export interface ToolContext<P extends Principal> {
  /** The user whose call it is. Authorize by it: the arguments are untrusted, because a page can make the model call anything. */
  readonly principal: P;
  /** Id of the call. */
  readonly call: string;
  /** Aborted when the call ends or `timeoutMs` has passed. */
  readonly signal: AbortSignal;
}

/** A function that the model can call and that runs on the server. */
export interface CallTool<P extends Principal> {
  /** Tells the model what it does. Default: as in `session.tools`. */
  readonly description?: string;
  /** Schema of its arguments. The model learns it as JSON Schema, from `session.tools` or, if the tool is not listed there, from the schema itself. */
  readonly parameters: StandardSchema;
  /** Runs at most once for each call of the function. Returns what the model learns, as JSON. */
  readonly run: (args: never, context: ToolContext<P>) => unknown;
  /** Time limit in milliseconds, 1..600 000. Default 10 000. */
  readonly timeoutMs?: number;
}

/** A running call, as `onCall` gets it. */
export interface Call<P extends Principal> {
  /** Id of the call, as in `?call=`. */
  readonly id: string;
  /** The user whose call it is. */
  readonly principal: P;
  /** Model of the session. */
  readonly model: string | undefined;
  /** `yes` if this process took it over from another. Events in between are lost, and updates of the session that you sent must be sent again. */
  readonly resumed: 'no' | 'yes';
  /** Aborted when the call has ended, or when another process has taken it over. */
  readonly signal: AbortSignal;
  /**
   * Calls a listener with each event of the provider, except for the audio that a Live session repeats. Its errors are ignored.
   *
   * @returns a function that removes the listener.
   */
  on(listener: (event: UnknownRecord) => void): () => void;
  /** Sends a client event to the provider. A `session.update` changes what `pageUpdates: 'restore'` restores. */
  send(event: UnknownRecord): void;
  /** Ends the call with the reason `revoked`. Resolves when it has ended at the provider. */
  hangUp(): Promise<void>;
}

/** Time, for tests: the clock of `createManualClock()` in `@realtime-session/core/testing` is one. */
export interface CallClock {
  /** The current time in milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds since some point in time, never set back. */
  monotonicMs(): number;
  /** Calls `run` after `delayMs`; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

type SharedOptions<P extends Principal, U extends UnknownFields> = Omit<
  SessionHandlerOptions<P, U>,
  'ttlSeconds' | 'responseFormat' | 'expose' | 'upstream' | 'onEvent' | 'nowMs' | 'session'
>;

/** Configuration of the session of a call: that of a Realtime session, or with `openaiLive()` and `azureLive()` that of a Live session. */
export type CallSessionParams<U extends UnknownFields = 'reject'> = SessionParamsFor<U> | LiveSession;

/** The session of each call, or a function that returns it for a user and what the page asks for. `null` refuses the call. */
export type CallSessionSource<P extends Principal, U extends UnknownFields = 'reject'> =
  | CallSessionParams<U>
  | ((principal: P, params: SessionParamsFor<U> | Partial<LiveSession>) => CallSessionResult<U>);

/** What the function {@link CallSessionSource} returns, or a promise of it. */
export type CallSessionResult<U extends UnknownFields = 'reject'> = Awaitable<CallSessionParams<U> | null>;

/** A {@link CallSessionSource} that does not compile if its function returns a field that no session has. `R` is what the function returns. */
export type CheckedCallSessionSource<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends CallSessionResult<U> = CallSessionResult<U>,
> =
  | CallSessionParams<U>
  | ((
      principal: P,
      params: SessionParamsFor<U> | Partial<LiveSession>,
    ) => KnownResult<R, CallSessionParams<U>>);

/** Options of `createCallHandler()`. Those that `createSessionHandler()` has as well mean the same. */
export interface CallHandlerOptions<
  P extends Principal = Principal,
  U extends UnknownFields = 'reject',
  S extends CallSessionSource<P, U> = CallSessionSource<P, U>,
> extends SharedOptions<P, U> {
  /** What every session gets, in the parameters of the API that `upstream` names. Overrides what clients set. */
  readonly session: S;
  /** The provider that creates calls: `openaiCalls()` (default), `azureCalls({ … })`, `openaiLive()` or `azureLive({ … })`. */
  readonly upstream?: CallUpstream;
  /** Limits of calls. */
  readonly callLimits?: CallLimits;
  /** Functions that the model can call and that run on the server, by name. The page handles the others. Default: none. */
  readonly tools?: Readonly<Record<string, CallTool<P>>>;
  /**
   * `attached` (default): this process stays connected to each call, which needs a long-running server. `sweep`: for serverless; a
   * scheduled job calls `sweep()`, and whatever needs a connection is refused.
   */
  readonly supervision?: 'attached' | 'sweep';
  /** Where calls are kept: `memoryCallStore()` (default), or `redisCallStore(…)` for several processes. */
  readonly store?: CallStore;
  /** Whether events contain what was said: `none` (default) or `events`. */
  readonly transcripts?: 'none' | 'events';
  /** Called with each call when it has started, or was taken over. Not awaited; its errors are reported as events. */
  readonly onCall?: (call: Call<P>) => Awaitable<void>;
  /** Called once per request, and with what happens to calls. Default: `consoleReporter()`, which prints what you can fix. */
  readonly onEvent?: (event: AuditEvent | CallEvent) => unknown;
  /** For tests. Default: the clock of the system. */
  readonly clock?: CallClock;
}
