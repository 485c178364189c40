import { fromParts } from './call-amount.ts';
import type { CallEndReason } from './call-end.ts';
import type {
  CallUsage,
  EndedCall,
  Reservation,
  ReservedBudget,
  StartedCall,
  StoredCall,
} from './call-store.ts';

/** How long a call that has ended is kept. */
export const ENDED_MS = 600_000;

/** How long a call that was not ended is kept after the provider's own limit. */
export const UNENDED_MS = 300_000;

/** Most ids of expired reservations that wait to be reported. */
const MAX_EXPIRED = 1000;

/** Costs are in billionths. */
interface Usage {
  cost: number;
  inputTokens: number;
  outputTokens: number;
}

/** What a call may cost, in billionths. */
export interface Allowance {
  readonly amount: number;
  readonly perPrincipal: ReservedBudget['perPrincipal'];
  /** A replaced call hands the rest of its amount to its successor. */
  state: 'held' | 'handed-over';
}

interface Started extends StartedCall {
  readonly atMs: number;
}

/** A call, from its reservation until it is forgotten. Plain data, so that it survives the reload of this module. */
export interface CallRecord {
  readonly id: string;
  readonly principal: string;
  /** The order in which slots were taken. */
  readonly order: number;
  readonly allowance: Allowance | undefined;
  readonly usage: Usage;
  /** Keys of spend and claims. */
  readonly keys: Set<string>;
  /** Predecessors that have not ended. While there is one, this call does not count. */
  readonly before: Set<string>;
  /** The successor. */
  after: string | undefined;
  started: Started | undefined;
  connected: 'no' | 'yes';
  expectedAtMs: number;
  /** When it must be ended, or when it was last handed out to be ended. `Infinity` while it is a reservation. */
  dueAtMs: number;
  endReason: CallEndReason | undefined;
  owner: string | undefined;
  /** `Infinity` without a lease. */
  leaseUntilMs: number;
  forgetAtMs: number;
  /** Its duration, once it has ended. */
  endedAgeMs: number | undefined;
}

/** What the calls of a principal cost in a time window, in billionths. */
interface Account {
  readonly spent: number;
  readonly endsAtMs: number;
}

export interface MemoryState {
  /** Calls with a slot. */
  readonly open: Map<string, CallRecord>;
  /** Calls that have ended, in the order of their end. */
  readonly ended: Map<string, CallRecord>;
  readonly byPrincipal: Map<string, Set<CallRecord>>;
  /** Calls that do not count, because a predecessor does. */
  readonly covered: Set<string>;
  readonly accounts: Map<string, Account>;
  /** Reservations that expired and were not reported yet. */
  readonly expired: Set<string>;
  order: number;
  /** No open call is forgotten before. */
  nextForgetAtMs: number;
  /** Number of accounts at which ended windows are removed. */
  accountsToSweep: number;
}

export function createState(): MemoryState {
  return {
    open: new Map(),
    ended: new Map(),
    byPrincipal: new Map(),
    covered: new Set(),
    accounts: new Map(),
    expired: new Set(),
    order: 0,
    nextForgetAtMs: Infinity,
    accountsToSweep: 1000,
  };
}

export function addRecord(
  state: MemoryState,
  { id, principal, holdMs }: Reservation,
  { allowance, now }: { readonly allowance: Allowance | undefined; readonly now: number },
): CallRecord {
  const record: CallRecord = {
    id,
    principal,
    order: (state.order += 1),
    allowance,
    usage: { cost: 0, inputTokens: 0, outputTokens: 0 },
    keys: new Set(),
    before: new Set(),
    after: undefined,
    started: undefined,
    connected: 'no',
    expectedAtMs: Infinity,
    dueAtMs: Infinity,
    endReason: undefined,
    owner: undefined,
    leaseUntilMs: Infinity,
    forgetAtMs: now + holdMs,
    endedAgeMs: undefined,
  };
  state.open.set(id, record);
  const ofPrincipal = state.byPrincipal.get(principal) ?? new Set();
  state.byPrincipal.set(principal, ofPrincipal.add(record));
  state.nextForgetAtMs = Math.min(state.nextForgetAtMs, record.forgetAtMs);
  return record;
}

/** Frees the slot of a call. */
export function removeRecord(state: MemoryState, record: CallRecord): void {
  state.open.delete(record.id);
  const ofPrincipal = state.byPrincipal.get(record.principal);
  ofPrincipal?.delete(record);
  if (ofPrincipal?.size === 0) state.byPrincipal.delete(record.principal);
  passPredecessors(state, record);
}

/** The predecessors of a call pass to its successor. */
function passPredecessors({ open, covered }: MemoryState, record: CallRecord): void {
  const successor = record.after === undefined ? undefined : open.get(record.after);
  successor?.before.delete(record.id);
  for (const id of record.before) {
    successor?.before.add(id);
    const predecessor = open.get(id);
    if (predecessor !== undefined) predecessor.after = successor?.id;
  }
  record.before.clear();
  covered.delete(record.id);
  if (successor?.before.size === 0) covered.delete(successor.id);
}

/** Removes what has expired by now. */
export function forgetExpired(state: MemoryState, now: number): void {
  for (const [id, record] of state.ended) {
    if (record.forgetAtMs > now) break;
    state.ended.delete(id);
  }
  if (now < state.nextForgetAtMs) return;
  for (const record of state.open.values()) {
    if (record.forgetAtMs > now) continue;
    removeRecord(state, record);
    if (record.started === undefined) reportExpired(state, record.id);
  }
  state.nextForgetAtMs = Math.min(...[...state.open.values()].map(({ forgetAtMs }) => forgetAtMs), Infinity);
}

function reportExpired({ expired }: MemoryState, id: string): void {
  expired.add(id);
  if (expired.size <= MAX_EXPIRED) return;
  const [oldest] = expired;
  if (oldest !== undefined) expired.delete(oldest);
}

export function takeExpired({ expired }: MemoryState): readonly string[] {
  const ids = [...expired];
  expired.clear();
  return ids;
}

export function callsOf(state: MemoryState, principal: string): readonly CallRecord[] {
  return [...(state.byPrincipal.get(principal) ?? [])];
}

/** What the principal's calls have cost in the current window. */
export function spentInWindow({ accounts }: MemoryState, principal: string, now: number): Account {
  const account = accounts.get(principal);
  return account !== undefined && now < account.endsAtMs ? account : { spent: 0, endsAtMs: now };
}

export function addToAccount(
  state: MemoryState,
  { principal, allowance }: CallRecord,
  { cost, now }: { readonly cost: number; readonly now: number },
): void {
  if (allowance?.perPrincipal === undefined || cost === 0) return;
  const { spent, endsAtMs } = spentInWindow(state, principal, now);
  const isRunning = endsAtMs > now;
  state.accounts.set(principal, {
    spent: spent + cost,
    endsAtMs: isRunning ? endsAtMs : now + allowance.perPrincipal.windowMs,
  });
  if (state.accounts.size < state.accountsToSweep) return;
  for (const [key, account] of state.accounts) if (account.endsAtMs <= now) state.accounts.delete(key);
  state.accountsToSweep = Math.max(1000, 2 * state.accounts.size);
}

/** What an open call has reserved of the principal's budget and not spent yet. */
export function outstanding({ allowance, usage, endedAgeMs }: CallRecord): number {
  if (allowance?.perPrincipal === undefined || allowance.state === 'handed-over') return 0;
  if (endedAgeMs !== undefined || allowance.amount === Infinity) return 0;
  return Math.max(0, allowance.amount - usage.cost);
}

/** Number of slots taken, of all principals or of one. */
export function countSlots(state: MemoryState, principal?: string): number {
  if (principal === undefined) return state.open.size - state.covered.size;
  return callsOf(state, principal).filter(({ before }) => before.size === 0).length;
}

export function toUsage({ cost, inputTokens, outputTokens }: Usage): CallUsage {
  return { cost: fromParts(cost), inputTokens, outputTokens };
}

export function toStored(record: CallRecord, now: number): StoredCall {
  const { id, principal, started, endReason, expectedAtMs, allowance } = record;
  return {
    id,
    principal,
    state: toCallState(record),
    upstreamId: started?.upstreamId,
    keyId: started?.keyId,
    model: started?.model,
    ...toTimes(record, now),
    expectedInMs: expectedAtMs === Infinity ? undefined : expectedAtMs - now,
    connected: record.connected,
    heartbeat: started?.heartbeatTimeoutMs === undefined ? 'none' : 'expected',
    endReason,
    usage: toUsage(record.usage),
    budget: allowance && fromParts(allowance.amount),
    memo: started?.memo ?? '',
  };
}

function toCallState({ started, endReason }: CallRecord): StoredCall['state'] {
  if (endReason !== undefined) return 'ending';
  return started === undefined ? 'reserved' : 'running';
}

function toTimes(
  { started, forgetAtMs }: CallRecord,
  now: number,
): Pick<StoredCall, 'ageMs' | 'endsInMs' | 'capInMs'> {
  if (started === undefined) return { ageMs: 0, endsInMs: forgetAtMs - now, capInMs: forgetAtMs - now };
  const ageMs = now - started.atMs;
  return { ageMs, endsInMs: started.maxDurationMs - ageMs, capInMs: started.capMs - ageMs };
}

export function toEnded(record: CallRecord): EndedCall | undefined {
  const { id, principal, started, endReason, endedAgeMs: ageMs, usage } = record;
  if (endReason === undefined || ageMs === undefined) return undefined;
  return { id, principal, state: 'ended', endReason, model: started?.model, ageMs, usage: toUsage(usage) };
}
