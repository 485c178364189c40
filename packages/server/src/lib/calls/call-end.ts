/**
 * Why a call ended.
 *
 * - `duration`: `maxDurationMs` passed.
 * - `idle`: no one spoke and no response ran for `idleTimeoutMs`.
 * - `budget`: the budget of the call or of its principal is spent.
 * - `unpriced`: the call used something that `cost` has no price for.
 * - `replaced`: a newer call of the same principal took its place.
 * - `revoked`: `hangUp()` ended it.
 * - `page-update`: the page changed the session although `pageUpdates` forbids it.
 * - `never-connected`: no connection within `connectTimeoutMs`.
 * - `heartbeat-lost`: no heartbeat within `heartbeatTimeoutMs`.
 * - `hung-up`: the page ended it.
 * - `upstream`: the provider ended it.
 * - `shutdown`: the server stopped.
 */
export type CallEndReason = (typeof callEndReasons)[number];

export const callEndReasons = [
  'duration',
  'idle',
  'budget',
  'unpriced',
  'replaced',
  'revoked',
  'page-update',
  'never-connected',
  'heartbeat-lost',
  'hung-up',
  'upstream',
  'shutdown',
] as const;
