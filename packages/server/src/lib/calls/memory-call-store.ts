import { fromParts, toParts } from './call-amount.ts';
import type { CallEndReason } from './call-end.ts';
import type {
  CallSelector,
  CallStore,
  EndedCall,
  Lease,
  Spend,
  SpendResult,
  StartedCall,
  StoredCall,
} from './call-store.ts';
import { reserve } from './memory-call-reserve.ts';
import {
  ENDED_MS,
  UNENDED_MS,
  addToAccount,
  callsOf,
  countSlots,
  createState,
  forgetExpired,
  outstanding,
  removeRecord,
  spentInWindow,
  takeExpired,
  toEnded,
  toStored,
  toUsage,
  type CallRecord,
  type MemoryState,
} from './memory-call-state.ts';

/** Options of {@link memoryCallStore}. */
export interface MemoryCallStoreOptions {
  /** Returns the time in milliseconds, from any start. Default: a clock that is never set back. */
  readonly nowMs?: () => number;
}

const developmentKey = Symbol.for('@realtime-session/server/calls');

/**
 * Keeps calls in the memory of this process: the default store, for one process. The calls are lost with it. Calls that have ended are
 * forgotten after ten minutes.
 *
 * In development (`NODE_ENV` is `development`), all memory stores of the process share their calls, so that slots and calls survive
 * when a framework reloads the module that creates the handler.
 *
 * @param options - Clock.
 *
 * @example
 * ```ts
 * const calls = createCallHandler({ apiKey, authorize, session, store: memoryCallStore() });
 * ```
 */
export function memoryCallStore(options: MemoryCallStoreOptions = {}): CallStore {
  const { nowMs = () => performance.now() } = options;
  const state = isDevelopment() ? shareState() : createState();
  // Rejects instead of throwing, as a store across the network does.
  const run = <R>(operation: (now: number) => R): Promise<R> =>
    new Promise((resolve) => {
      const now = Math.floor(nowMs());
      forgetExpired(state, now);
      resolve(operation(now));
    });
  return {
    scope: 'process',
    reserve: (reservation, lease) => run((now) => reserve(state, reservation, { lease, now })),
    start: (id, call, lease) => run((now) => start(state.open.get(id), call, { lease, now })),
    read: (id) => run((now) => view(find(state, id), now)),
    touch: (id, timeoutMs) => run((now) => touch(find(state, id), timeoutMs, now)),
    requestEnd: (selector, reason) => run((now) => requestEnd(select(state, selector), reason, now)),
    finish: (id, reason) => run((now) => finish(state, id, { reason, now })),
    spend: (id, spending) => run((now) => spend(state, id, { spending, now })),
    claim: (id, key) => run(() => claim(find(state, id), key)),
    renew: (lease, ids) => run((now) => renew(state, ids, { lease, now })),
    takeOver: (lease, limit) => run((now) => takeOver(state, limit, { lease, now })),
    due: (limit) => run((now) => takeDue(state, limit, now)),
    release: (owner) => run((now) => release(state, owner, now)),
    count: (selector) => run(() => countSlots(state, selector?.principal)),
  };
}

function isDevelopment(): boolean {
  try {
    const { NODE_ENV } = typeof process === 'undefined' ? {} : process.env;
    return NODE_ENV === 'development';
  } catch {
    // Deno without the permission to read the environment.
    return false;
  }
}

function shareState(): MemoryState {
  const shared: unknown = Reflect.get(globalThis, developmentKey);
  if (isState(shared)) return shared;
  const state = createState();
  Reflect.set(globalThis, developmentKey, state);
  return state;
}

/** Only this module uses the key. */
function isState(value: unknown): value is MemoryState {
  return value !== undefined;
}

interface Context {
  readonly lease: Lease;
  readonly now: number;
}

function find({ open, ended }: MemoryState, id: string): CallRecord | undefined {
  return open.get(id) ?? ended.get(id);
}

function view(record: CallRecord | undefined, now: number): StoredCall | EndedCall | undefined {
  return record && (toEnded(record) ?? toStored(record, now));
}

function start(
  record: CallRecord | undefined,
  call: StartedCall,
  { lease, now }: { readonly lease: Lease | undefined; readonly now: number },
): 'started' | 'ending' | 'gone' {
  if (record === undefined) return 'gone';
  if (record.started === undefined) {
    record.started = { ...call, atMs: now };
    record.expectedAtMs = now + (call.connectTimeoutMs ?? Infinity);
    record.forgetAtMs = now + call.capMs + UNENDED_MS;
    record.dueAtMs = record.endReason === undefined ? firstDeadline(record) : now;
  } else if (record.started.upstreamId !== call.upstreamId) return 'gone';
  setLease(record, lease, now);
  return record.endReason === undefined ? 'started' : 'ending';
}

function firstDeadline({ started, expectedAtMs }: CallRecord): number {
  return started === undefined ? Infinity : Math.min(started.atMs + started.maxDurationMs, expectedAtMs);
}

function setLease(record: CallRecord, lease: Lease | undefined, now: number): void {
  record.owner = lease?.owner;
  record.leaseUntilMs = lease === undefined ? Infinity : now + lease.leaseMs;
}

function touch(
  record: CallRecord | undefined,
  timeoutMs: number | undefined,
  now: number,
): StoredCall | EndedCall | undefined {
  if (record?.started !== undefined && record.endReason === undefined) {
    record.connected = 'yes';
    record.expectedAtMs = timeoutMs === undefined ? Infinity : now + timeoutMs;
    record.dueAtMs = firstDeadline(record);
  }
  return view(record, now);
}

function select(state: MemoryState, selector: CallSelector): readonly CallRecord[] {
  if ('principal' in selector) return callsOf(state, selector.principal);
  const record = state.open.get(selector.call);
  return record === undefined ? [] : [record];
}

function requestEnd(
  records: readonly CallRecord[],
  reason: CallEndReason,
  now: number,
): readonly StoredCall[] {
  for (const record of records) {
    if (record.endReason !== undefined) continue;
    record.endReason = reason;
    if (record.started !== undefined) record.dueAtMs = now;
  }
  return records.map((record) => toStored(record, now));
}

function finish(
  state: MemoryState,
  id: string,
  { reason, now }: { readonly reason: CallEndReason; readonly now: number },
): EndedCall | undefined {
  const record = state.open.get(id);
  if (record === undefined) return undefined;
  removeRecord(state, record);
  record.endReason ??= reason;
  record.endedAgeMs = record.started === undefined ? 0 : now - record.started.atMs;
  record.forgetAtMs = now + ENDED_MS;
  state.ended.set(id, record);
  return toEnded(record);
}

function spend(
  state: MemoryState,
  id: string,
  { spending, now }: { readonly spending: Spend; readonly now: number },
): SpendResult | undefined {
  const record = find(state, id);
  if (record === undefined) return undefined;
  const kind = addKey(record, `spend ${spending.key}`);
  if (kind === 'first') {
    const cost = toParts(spending.cost);
    record.usage.cost += cost;
    record.usage.inputTokens += spending.inputTokens;
    record.usage.outputTokens += spending.outputTokens;
    addToAccount(state, record, { cost, now });
  }
  return {
    kind: kind === 'first' ? 'counted' : 'counted-before',
    usage: toUsage(record.usage),
    left: budgetLeft(state, record, now),
  };
}

function budgetLeft(state: MemoryState, record: CallRecord, now: number): number | undefined {
  if (record.allowance === undefined) return undefined;
  const { amount, perPrincipal } = record.allowance;
  const left = amount - record.usage.cost;
  if (perPrincipal === undefined) return fromParts(left);
  const others = callsOf(state, record.principal).filter((other) => other !== record);
  const reserved = others.reduce((sum, other) => sum + outstanding(other), 0);
  const { spent } = spentInWindow(state, record.principal, now);
  return fromParts(Math.min(left, toParts(perPrincipal.max) - spent - reserved));
}

function addKey({ keys }: CallRecord, key: string): 'first' | 'repeated' {
  if (keys.has(key)) return 'repeated';
  keys.add(key);
  return 'first';
}

function claim(record: CallRecord | undefined, key: string): 'first' | 'repeated' {
  return record === undefined ? 'repeated' : addKey(record, `claim ${key}`);
}

function renew(
  { open }: MemoryState,
  ids: readonly string[],
  { lease, now }: Context,
): { readonly ending: readonly StoredCall[]; readonly lost: readonly string[] } {
  const owned = ids.flatMap((id) => open.get(id) ?? []).filter(({ owner }) => owner === lease.owner);
  for (const record of owned) if (record.started !== undefined) setLease(record, lease, now);
  const ending = owned.filter(({ endReason }) => endReason !== undefined);
  return {
    ending: ending.map((record) => toStored(record, now)),
    lost: ids.filter((id) => open.get(id)?.owner !== lease.owner),
  };
}

function takeOver(
  state: MemoryState,
  limit: number,
  { lease, now }: Context,
): { readonly calls: readonly StoredCall[]; readonly expired: readonly string[] } {
  const records = firstOpen(state, ({ leaseUntilMs }) => leaseUntilMs, now).slice(0, limit);
  for (const record of records) setLease(record, lease, now);
  return { calls: records.map((record) => toStored(record, now)), expired: takeExpired(state) };
}

function takeDue(
  state: MemoryState,
  limit: number,
  now: number,
): { readonly calls: readonly StoredCall[]; readonly expired: readonly string[] } {
  const records = firstOpen(state, ({ dueAtMs }) => dueAtMs, now).slice(0, limit);
  // Calls that cannot be ended must not keep the others from their turn.
  for (const record of records) record.dueAtMs = now;
  return { calls: records.map((record) => toStored(record, now)), expired: takeExpired(state) };
}

/** Open calls whose time has come, earliest first. */
function firstOpen(
  { open }: MemoryState,
  timeOf: (record: CallRecord) => number,
  now: number,
): readonly CallRecord[] {
  const compareIds = (a: CallRecord, b: CallRecord): number => (a.id < b.id ? -1 : 1);
  return [...open.values()]
    .filter((record) => timeOf(record) <= now)
    .sort((a, b) => timeOf(a) - timeOf(b) || compareIds(a, b));
}

function release({ open }: MemoryState, owner: string, now: number): void {
  for (const record of open.values()) {
    if (record.owner !== owner || record.started === undefined) continue;
    record.owner = undefined;
    record.leaseUntilMs = now;
  }
}
