import { fromParts, toParts } from './call-amount.ts';
import type { Lease, Reservation, ReserveResult } from './call-store.ts';
import {
  addRecord,
  callsOf,
  countSlots,
  outstanding,
  spentInWindow,
  toStored,
  type CallRecord,
  type MemoryState,
} from './memory-call-state.ts';

/** Shortest wait that a full store suggests. */
const MIN_RETRY_MS = 1000;

type Refusal = Exclude<ReserveResult, { kind: 'reserved' }>;
type Full = Extract<ReserveResult, { kind: 'full' }>['because'];

/** Takes a slot and reserves the budget, or says why not. Nothing changes then. */
export function reserve(
  state: MemoryState,
  reservation: Reservation,
  { lease, now }: { readonly lease: Lease | undefined; readonly now: number },
): ReserveResult {
  const existing = state.open.get(reservation.id) ?? state.ended.get(reservation.id);
  if (existing !== undefined) return repeat(state, existing, now);
  const replaced = selectReplaced(state, reservation);
  const because = replaced.length > 0 ? undefined : findFull(state, reservation);
  if (because !== undefined) return toFull(state, { because, principal: reservation.principal, now });
  const amount = reserveBudget(state, reservation, { replaced, now });
  if (typeof amount === 'object') return amount;
  const perPrincipal = reservation.budget?.perPrincipal;
  const allowance = amount === undefined ? undefined : { amount, perPrincipal, state: 'held' as const };
  const record = addRecord(state, reservation, { allowance, now });
  record.owner = lease?.owner;
  replaceAll(state, replaced, { successor: record, now });
  return toReserved(state, record, now);
}

function repeat(state: MemoryState, record: CallRecord, now: number): ReserveResult {
  if (record.started !== undefined || record.endedAgeMs !== undefined)
    throw new Error('The id of the call is taken.');
  return toReserved(state, record, now);
}

function toReserved(state: MemoryState, record: CallRecord, now: number): ReserveResult {
  const predecessors = [...predecessorsOf(state, record)].sort((a, b) => a.order - b.order);
  return {
    kind: 'reserved',
    budget: record.allowance === undefined ? undefined : fromParts(record.allowance.amount),
    predecessors: predecessors.map((predecessor) => toStored(predecessor, now)),
  };
}

/** The calls that a call replaces, those that they replace, and so on. */
function predecessorsOf(state: MemoryState, { before }: CallRecord): readonly CallRecord[] {
  return [...before].flatMap((id) => {
    const predecessor = state.open.get(id);
    return predecessor === undefined ? [] : [predecessor, ...predecessorsOf(state, predecessor)];
  });
}

function replaceAll(
  state: MemoryState,
  replaced: readonly CallRecord[],
  { successor, now }: { readonly successor: CallRecord; readonly now: number },
): void {
  for (const predecessor of replaced) {
    predecessor.after = successor.id;
    successor.before.add(predecessor.id);
    state.covered.add(successor.id);
    if (predecessor.allowance !== undefined) predecessor.allowance.state = 'handed-over';
    if (predecessor.endReason !== undefined) continue;
    predecessor.endReason = 'replaced';
    if (predecessor.started !== undefined) predecessor.dueAtMs = now;
  }
}

function selectReplaced(state: MemoryState, reservation: Reservation): readonly CallRecord[] {
  const { replace, principal, maxPerPrincipal } = reservation;
  if (replace.kind === 'none') return [];
  if (replace.kind === 'call') return findNamed(state, replace.id, principal);
  const last = withoutSuccessor(state, principal);
  const surplus = Math.max(0, last.length + 1 - maxPerPrincipal);
  // A call that is ending frees its slot without ending another.
  const rank = ({ endReason }: CallRecord): number => (endReason === undefined ? 1 : 0);
  return [...last].sort((a, b) => rank(a) - rank(b) || a.order - b.order).slice(0, surplus);
}

/** The named call, or the last of its successors: the page may not have learned of them. */
function findNamed(state: MemoryState, id: string, principal: string): readonly CallRecord[] {
  let record = state.open.get(id) ?? state.ended.get(id);
  if (record?.principal !== principal) return [];
  while (record?.after !== undefined) record = state.open.get(record.after) ?? state.ended.get(record.after);
  return record === undefined || record.endedAgeMs !== undefined ? [] : [record];
}

function withoutSuccessor(state: MemoryState, principal: string): readonly CallRecord[] {
  return callsOf(state, principal).filter(({ after }) => after === undefined);
}

function findFull(state: MemoryState, reservation: Reservation): Full | undefined {
  const { principal, maxPerPrincipal, maxTotal } = reservation;
  const last = withoutSuccessor(state, principal);
  const staying = last.filter(({ endReason }) => endReason === undefined).length;
  if (countSlots(state, principal) >= maxPerPrincipal)
    return staying < maxPerPrincipal ? 'ending' : 'principal';
  if (countSlots(state) < maxTotal) return undefined;
  return staying < last.length ? 'ending' : 'total';
}

function toFull(
  state: MemoryState,
  { because, principal, now }: { readonly because: Full; readonly principal: string; readonly now: number },
): Refusal {
  const records = because === 'total' ? [...state.open.values()] : callsOf(state, principal);
  return { kind: 'full', because, retryAfterMs: untilFirstEnd(records, now) };
}

/** Until the first of the calls must end, estimated. */
function untilFirstEnd(records: readonly CallRecord[], now: number): number {
  const waits = records.map(({ started, endReason, forgetAtMs }) => {
    if (endReason !== undefined) return 0;
    return (started === undefined ? forgetAtMs : started.atMs + started.maxDurationMs) - now;
  });
  return Math.max(MIN_RETRY_MS, Math.min(...waits));
}

/** The amount to reserve, `undefined` without a budget, or the refusal. */
function reserveBudget(
  state: MemoryState,
  { budget, principal }: Reservation,
  { replaced, now }: { readonly replaced: readonly CallRecord[]; readonly now: number },
): number | undefined | Refusal {
  if (budget === undefined) return undefined;
  const { perCall, perPrincipal } = budget;
  if (perPrincipal === undefined) return toParts(perCall);
  const { spent, endsAtMs } = spentInWindow(state, principal, now);
  const max = toParts(perPrincipal.max);
  const others = callsOf(state, principal).filter((record) => !replaced.includes(record));
  const left = max - spent - others.reduce((sum, record) => sum + outstanding(record), 0);
  if (left > 0) return Math.min(toParts(perCall), left);
  // Without the reservations there would be something left, so the end of one of these calls can help earlier than the window's.
  const windowMs = endsAtMs > now ? endsAtMs - now : Infinity;
  const retryAfterMs = spent < max ? Math.min(windowMs, untilFirstEnd(others, now)) : windowMs;
  return { kind: 'budget-exhausted', retryAfterMs };
}
