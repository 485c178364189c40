import type { CallEndReason } from './call-end.ts';

/** What a call has used. All members are totals. */
export interface CallUsage {
  /** In the unit that `cost` returns. 0 without a budget. */
  readonly cost: number;
  /** Input tokens of responses and transcriptions, cached ones included. */
  readonly inputTokens: number;
  /** Output tokens of responses and transcriptions. */
  readonly outputTokens: number;
}

/** A call that has a slot. Durations are measured by the clock of the store. */
export interface StoredCall {
  /** Our id: 22 characters of base64url, 128 random bits. */
  readonly id: string;
  /** Keyed hash of the principal's id. */
  readonly principal: string;
  /**
   * - `reserved`: the provider is being asked for it.
   * - `running`: the provider created it.
   * - `ending`: it must be ended; `endReason` is set.
   */
  readonly state: 'reserved' | 'running' | 'ending';
  /** The provider's id. `undefined` while `reserved`. */
  readonly upstreamId: string | undefined;
  /** Keyed fingerprint of the API key that created it. */
  readonly keyId: string | undefined;
  /** Model of the session. */
  readonly model: string | undefined;
  /** Since the provider created it. 0 while `reserved`. */
  readonly ageMs: number;
  /** Until `maxDurationMs` is over; negative after that. */
  readonly endsInMs: number;
  /** Until the provider ends every call by itself; negative after that. */
  readonly capInMs: number;
  /** Until the next heartbeat is overdue, or until a connection is. `undefined` if nothing is expected. */
  readonly expectedInMs: number | undefined;
  /** Whether the page has connected. */
  readonly connected: 'no' | 'yes';
  /** Whether the page sends heartbeats. */
  readonly heartbeat: 'none' | 'expected';
  /** Set once an end was requested. */
  readonly endReason: CallEndReason | undefined;
  /** What it has used so far. */
  readonly usage: CallUsage;
  /** Most that this call may cost. `undefined` without a budget. */
  readonly budget: number | undefined;
  /** What the supervisor needs to take the call over, as JSON. Contains no SDP, instructions or API key. */
  readonly memo: string;
}

/** A call that has ended. Kept for ten minutes. */
export interface EndedCall {
  /** Our id. */
  readonly id: string;
  /** Keyed hash of the principal's id. */
  readonly principal: string;
  /** Always `ended`. */
  readonly state: 'ended';
  /** Why it ended. */
  readonly endReason: CallEndReason;
  /** Model of the session. */
  readonly model: string | undefined;
  /** How long it lasted. */
  readonly ageMs: number;
  /** What it used. */
  readonly usage: CallUsage;
}

/** The limits that {@link CallStore.reserve} applies, all at once. */
export interface Reservation {
  /** Our id of the new call. */
  readonly id: string;
  /** Keyed hash of the principal's id. */
  readonly principal: string;
  /** Most calls of the principal at the same time. */
  readonly maxPerPrincipal: number;
  /** May be `Infinity`. */
  readonly maxTotal: number;
  /**
   * Whose slot the new call takes over. `call`: the call with this id, if it belongs to the same principal, or the last of its successors.
   * `oldest`: the oldest calls of the principal, as many as needed, and those that are ending first. The predecessors become `ending` with
   * the reason `replaced`; a predecessor and its successor count as one call until {@link CallStore.finish}.
   */
  readonly replace: { readonly kind: 'none' | 'oldest' } | { readonly kind: 'call'; readonly id: string };
  /** Amount to reserve: the smaller of `perCall` and what is left of the principal's budget. */
  readonly budget: ReservedBudget | undefined;
  /** A reservation that is neither started nor finished frees its slot after this time. */
  readonly holdMs: number;
}

/** The limits from which a budget is reserved, in the unit that `cost` returns. */
export interface ReservedBudget {
  /** May be `Infinity`. */
  readonly perCall: number;
  /** What all calls of the principal may cost in a window of this length. */
  readonly perPrincipal: { readonly max: number; readonly windowMs: number } | undefined;
}

/** The result of {@link CallStore.reserve}. */
export type ReserveResult =
  | {
      readonly kind: 'reserved';
      /** The amount reserved. `undefined` without a budget. */
      readonly budget: number | undefined;
      /** Calls to end, and to wait for, before the provider is asked for the new one. */
      readonly predecessors: readonly StoredCall[];
    }
  | {
      readonly kind: 'full';
      /** `ending`: a call of the same principal is ending, so a slot will be free soon. */
      readonly because: 'ending' | 'principal' | 'total';
      /** Estimate: until the first of the calls must end. */
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: 'budget-exhausted';
      /** Until the window of the principal's budget ends. */
      readonly retryAfterMs: number;
    };

/** What the provider created. */
export interface StartedCall {
  /** The provider's id. */
  readonly upstreamId: string;
  /** Keyed fingerprint of the API key that created it. */
  readonly keyId: string;
  /** Model of the session. */
  readonly model: string | undefined;
  /** How long it may last. */
  readonly maxDurationMs: number;
  /** The provider's own limit. */
  readonly capMs: number;
  /** `undefined`: nothing shows whether the page connects. */
  readonly connectTimeoutMs: number | undefined;
  /** `undefined`: the page sends none. */
  readonly heartbeatTimeoutMs: number | undefined;
  /** As in {@link StoredCall}. */
  readonly memo: string;
}

/** Which process supervises a call. Without a lease (`supervision: 'sweep'`), every process may end it when it is due. */
export interface Lease {
  /** Unique for each handler. */
  readonly owner: string;
  /** How long the calls stay with the owner without {@link CallStore.renew}. */
  readonly leaseMs: number;
}

/** What a response or a transcription used. */
export interface Spend {
  /** Identifies what was used, such as the id of a response. Each is counted once. */
  readonly key: string;
  /** In the unit that `cost` returns, 0 or more. */
  readonly cost: number;
  /** Input tokens, cached ones included. */
  readonly inputTokens: number;
  /** Output tokens. */
  readonly outputTokens: number;
}

/** The result of {@link CallStore.spend}. */
export interface SpendResult {
  /** `counted-before`: the key was counted before, so nothing has changed. */
  readonly kind: 'counted' | 'counted-before';
  /** What the call has used so far. */
  readonly usage: CallUsage;
  /** What is left for this call: of its own budget, and of the principal's (of which other calls have reserved a part). May be negative. */
  readonly left: number | undefined;
}

/** Which calls to end. */
export type CallSelector = { readonly call: string } | { readonly principal: string };

/**
 * Where slots, deadlines, heartbeats and spend of calls are kept. Every method is atomic, also across processes. Create one with
 * `memoryCallStore()` or `redisCallStore()`.
 *
 * Every method rejects if the store cannot be reached, within 2 s.
 */
export interface CallStore {
  /** `process`: calls are lost with the process. `shared`: other processes can take them over. */
  readonly scope: 'process' | 'shared';
  /** Takes a slot and reserves the budget, or returns why not. May be repeated with the same id if the result was lost. */
  reserve(reservation: Reservation, lease: Lease | undefined): Promise<ReserveResult>;
  /** Stores what the provider created. May be repeated if the result was lost. `gone` if the reservation has expired or was finished: end the call. `ending`: stored, but it must be ended now. */
  start(id: string, call: StartedCall, lease: Lease | undefined): Promise<'started' | 'ending' | 'gone'>;
  /** Returns a call, also for ten minutes after its end. */
  read(id: string): Promise<StoredCall | EndedCall | undefined>;
  /** Records a heartbeat or another sign of a connection. Extends what is expected next by `timeoutMs`; `undefined`: nothing is expected anymore. */
  touch(id: string, timeoutMs: number | undefined): Promise<StoredCall | EndedCall | undefined>;
  /** Makes calls `ending`, reservations included. The first reason wins. Returns the selected calls that have not ended. */
  requestEnd(selector: CallSelector, reason: CallEndReason): Promise<readonly StoredCall[]>;
  /**
   * Frees the slot and what is left of the reserved budget. Returns the call once, and `undefined` to everyone else.
   *
   * @param reason - Used if no end was requested.
   */
  finish(id: string, reason: CallEndReason): Promise<EndedCall | undefined>;
  /** Counts what a call used, once for each key. Also counts after the end of the call, for ten minutes. */
  spend(id: string, spend: Spend): Promise<SpendResult | undefined>;
  /** Returns `first` exactly once for each key of a call. */
  claim(id: string, key: string): Promise<'first' | 'repeated'>;
  /**
   * Renews the leases of the listed calls that the owner has. Returns those whose end was requested, and the ids that it does not have:
   * another process has them, they have ended, or the store has lost them.
   */
  renew(
    lease: Lease,
    ids: readonly string[],
  ): Promise<{ readonly ending: readonly StoredCall[]; readonly lost: readonly string[] }>;
  /** Takes over calls whose lease has expired, also the own ones, and forgets expired reservations. */
  takeOver(
    lease: Lease,
    limit: number,
  ): Promise<{ readonly calls: readonly StoredCall[]; readonly expired: readonly string[] }>;
  /** Returns calls that must end now, of any process: those `ending`, past `maxDurationMs`, or overdue. Each gets its turn, also if others cannot be ended. Forgets expired reservations. */
  due(limit: number): Promise<{ readonly calls: readonly StoredCall[]; readonly expired: readonly string[] }>;
  /** Hands calls over: another process can take them over immediately. */
  release(owner: string): Promise<void>;
  /** Number of slots taken. */
  count(selector?: { readonly principal: string }): Promise<number>;
}
