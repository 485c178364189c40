import { fromParts } from './call-amount.ts';
import { callEndReasons, type CallEndReason } from './call-end.ts';
import type { EndedCall, ReserveResult, SpendResult, StoredCall } from './call-store.ts';

/** What the script returned: texts, numbers and lists of them. */
export function toList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('Redis sent an unexpected reply.');
  return value;
}

/** A text; `undefined` for nil. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  // Clients can be set to return buffers.
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

export function toNumber(value: unknown): number | undefined {
  const text = toText(value);
  if (text === 'inf') return Infinity;
  return text === undefined ? undefined : Number(text);
}

function requireNumber(value: unknown): number {
  return toNumber(value) ?? 0;
}

/** The fields of a call, in the order in which the script returns them. */
function toFields(value: unknown) {
  const [id, principal, upstreamId, keyId, model, at, endsAt, capAt, ...rest] = toList(value);
  const [expectedAt, connected, heartbeat, reason, cost, input, output, ...last] = rest;
  const [amount, memo, age, forgetAt] = last;
  return {
    id: toText(id) ?? '',
    principal: toText(principal) ?? '',
    upstreamId: toText(upstreamId),
    keyId: toText(keyId),
    model: toText(model),
    atMs: toNumber(at),
    endsAtMs: toNumber(endsAt),
    capAtMs: toNumber(capAt),
    expectedAtMs: toNumber(expectedAt),
    connected: toText(connected),
    heartbeat: toText(heartbeat),
    endReason: toEndReason(reason),
    usage: {
      cost: fromParts(requireNumber(cost)),
      inputTokens: requireNumber(input),
      outputTokens: requireNumber(output),
    },
    amount: toNumber(amount),
    memo: toText(memo) ?? '',
    endedAgeMs: toNumber(age),
    forgetAtMs: requireNumber(forgetAt),
  };
}

type Fields = ReturnType<typeof toFields>;

function toEndReason(value: unknown): CallEndReason | undefined {
  const text = toText(value);
  return callEndReasons.find((reason) => reason === text);
}

/** A call; `undefined` for nil. */
export function toCall(value: unknown, nowMs: number): StoredCall | EndedCall | undefined {
  if (!Array.isArray(value)) return undefined;
  const fields = toFields(value);
  return toEnded(fields) ?? toStored(fields, nowMs);
}

function toEnded({ endedAgeMs: ageMs, endReason, ...fields }: Fields): EndedCall | undefined {
  if (ageMs === undefined || endReason === undefined) return undefined;
  const { id, principal, model, usage } = fields;
  return { id, principal, state: 'ended', endReason, model, ageMs, usage };
}

function toStored(fields: Fields, nowMs: number): StoredCall {
  const { id, principal, upstreamId, keyId, model, endReason, usage, memo, amount, expectedAtMs } = fields;
  return {
    id,
    principal,
    state: toState(fields),
    upstreamId,
    keyId,
    model,
    ageMs: nowMs - (fields.atMs ?? nowMs),
    endsInMs: (fields.endsAtMs ?? fields.forgetAtMs) - nowMs,
    capInMs: (fields.capAtMs ?? fields.forgetAtMs) - nowMs,
    expectedInMs: expectedAtMs && expectedAtMs - nowMs,
    connected: fields.connected === 'yes' ? 'yes' : 'no',
    heartbeat: fields.heartbeat === 'expected' ? 'expected' : 'none',
    endReason,
    usage,
    budget: amount === undefined ? undefined : fromParts(amount),
    memo,
  };
}

function toState({ endReason, upstreamId }: Fields): StoredCall['state'] {
  if (endReason !== undefined) return 'ending';
  return upstreamId === undefined ? 'reserved' : 'running';
}

export function toStoredCalls(value: unknown, nowMs: number): readonly StoredCall[] {
  return toList(value).map((call) => toStored(toFields(call), nowMs));
}

/** A word that the script returned alone. */
export function toWord(value: unknown): string | undefined {
  return toText(toList(value)[0]);
}

export function toIds(value: unknown): readonly string[] {
  return toList(value).map((id) => toText(id) ?? '');
}

export function toReserveResult(value: unknown, nowMs: number): ReserveResult {
  const [kind, first, second] = toList(value);
  switch (toText(kind)) {
    case 'reserved': {
      const amount = toNumber(first);
      const budget = amount === undefined ? undefined : fromParts(amount);
      return { kind: 'reserved', budget, predecessors: toStoredCalls(second, nowMs) };
    }
    case 'full': {
      const because = (['ending', 'principal'] as const).find((word) => word === toText(first)) ?? 'total';
      return { kind: 'full', because, retryAfterMs: requireNumber(second) };
    }
    case 'budget-exhausted':
      return { kind: 'budget-exhausted', retryAfterMs: requireNumber(first) };
    default:
      throw new Error('The id of the call is taken.');
  }
}

/** The result of counting; `undefined` for nil. */
export function toSpendResult(value: unknown): SpendResult | undefined {
  if (!Array.isArray(value)) return undefined;
  const [kind, call, left] = toList(value);
  const parts = toNumber(left);
  return {
    kind: toText(kind) === 'counted' ? 'counted' : 'counted-before',
    usage: toFields(call).usage,
    left: parts === undefined ? undefined : fromParts(parts),
  };
}
