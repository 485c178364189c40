import { ProblemError } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import type { Principal } from '../request-context.ts';
import { sleep } from './call-clock.ts';
import { persist, withStore } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { isCallId } from './call-secrets.ts';
import type { CallRequest } from './call-service.ts';
import type { Reservation, ReservedBudget, ReserveResult, StoredCall } from './call-store.ts';
import type { CallEnder } from './end-calls.ts';
import { minimumCost } from './check-priced.ts';
import type { SupervisedCall } from './supervised-call.ts';

/** How long a request waits for an earlier call of the same principal to end. */
const MAX_WAIT_MS = 5000;
const POLL_MS = 100;

/** When a page may ask again that found no slot. */
export const TOO_MANY_RETRY_MS = 1000;

const fullRemedies = {
  principal:
    'The user has as many calls as `callLimits.maxConcurrentPerPrincipal` allows; raise it, or set `whenFull`, if this is normal use.',
  total:
    'The calls of all users together have reached `callLimits.maxConcurrentTotal`; raise it if this is normal use.',
  ending:
    'An earlier call of the user had not ended at the provider after five seconds; see the event `end-failed`.',
} as const;

export interface CallCreation<P extends Principal> {
  readonly context: CallContext<P>;
  readonly ender: CallEnder<P>;
  /** Watches the call from now on. */
  readonly supervise: (call: SupervisedCall<P>) => void;
  /** Work that continues after the response. */
  readonly background: (work: Promise<unknown>) => void;
}

/** A call between its reservation and its start. */
export interface Draft<P extends Principal> {
  readonly id: string;
  /** Keyed hash. */
  readonly principal: string;
  readonly request: CallRequest<P>;
}

/** Takes a slot, after earlier calls of the same principal have ended. */
export async function reserveSlot<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
): Promise<number | undefined> {
  const { clock } = creation.context.config;
  const untilMs = clock.monotonicMs() + MAX_WAIT_MS;
  for (;;) {
    throwIfGone(draft.request.signal);
    const result = await reserve(creation.context, draft);
    if (result.kind === 'reserved') {
      await checkReserved(creation, draft, result);
      await endPredecessors(creation, draft, { predecessors: result.predecessors, untilMs });
      return result.budget;
    }
    if (result.kind === 'budget-exhausted')
      throw new ProblemError('budget_exhausted', { retryAfterMs: result.retryAfterMs });
    if (result.because !== 'ending' || clock.monotonicMs() >= untilMs) {
      const remedy = fullRemedies[result.because];
      throw new ProblemError('too_many_calls', { remedy, retryAfterMs: result.retryAfterMs });
    }
    await sleep(clock, POLL_MS, draft.request.signal);
  }
}

/**
 * Refuses a call whose reserved amount is less than the call costs at least. Calls that it has replaced end all the same.
 *
 * @throws ProblemError `budget_exhausted`
 */
async function checkReserved<P extends Principal>(
  { context, ender, background }: CallCreation<P>,
  { id, request }: Draft<P>,
  { budget, predecessors }: ReserveResult & { readonly kind: 'reserved' },
): Promise<void> {
  const { upstream, limits } = context.config;
  if (budget === undefined || budget >= minimumCost(upstream, limits.budget, request.model)) return;
  for (const call of predecessors)
    if (call.upstreamId !== undefined) background(ender.end(call, { reason: 'replaced' }));
  await persist(context, (store) => store.finish(id, 'budget'));
  const { windowMs: retryAfterMs } = limits.budget?.perPrincipal ?? {};
  throw new ProblemError('budget_exhausted', retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** Nothing was created yet, so nothing must be ended. */
export function throwIfGone(signal: DisconnectSignal): void {
  if (signal.aborted) throw new ProblemError('client_closed_request');
}

async function reserve<P extends Principal>(
  context: CallContext<P>,
  draft: Draft<P>,
): Promise<ReserveResult> {
  const { replaces } = draft.request;
  const otherwise = { kind: context.config.limits.whenFull === 'replace' ? 'oldest' : 'none' } as const;
  if (replaces === undefined || !isCallId(replaces)) return reserveWith(context, draft, otherwise);
  const result = await reserveWith(context, draft, { kind: 'call', id: replaces });
  // The named call may be gone.
  return result.kind === 'full' && otherwise.kind === 'oldest'
    ? reserveWith(context, draft, otherwise)
    : result;
}

function reserveWith<P extends Principal>(
  { config, lease }: CallContext<P>,
  { id, principal }: Draft<P>,
  replace: Reservation['replace'],
): Promise<ReserveResult> {
  const { limits, timeoutMs } = config;
  const reservation = {
    id,
    principal,
    maxPerPrincipal: limits.maxConcurrentPerPrincipal,
    maxTotal: limits.maxConcurrentTotal,
    replace,
    budget: toReservedBudget(limits.budget),
    holdMs: MAX_WAIT_MS + timeoutMs + 2 * limits.connectTimeoutMs,
  };
  return withStore(config.store, (store) => store.reserve(reservation, lease));
}

function toReservedBudget(
  budget: { readonly perCall?: number; readonly perPrincipal?: ReservedBudget['perPrincipal'] } | undefined,
): ReservedBudget | undefined {
  if (budget?.perCall === undefined && budget?.perPrincipal === undefined) return undefined;
  return { perCall: budget.perCall ?? Infinity, perPrincipal: budget.perPrincipal };
}

/** The provider is asked for the new call only when the calls whose slots it takes over have ended. */
async function endPredecessors<P extends Principal>(
  { context, ender, background }: CallCreation<P>,
  draft: Draft<P>,
  { predecessors, untilMs }: { readonly predecessors: readonly StoredCall[]; readonly untilMs: number },
): Promise<void> {
  const { clock } = context.config;
  for (const call of predecessors)
    if (call.upstreamId !== undefined) background(ender.end(call, { reason: 'replaced' }));
  for (const { id } of predecessors) {
    while (!(await hasEnded(context, id))) {
      if (clock.monotonicMs() >= untilMs || draft.request.signal.aborted) {
        background(persist(context, (store) => store.finish(draft.id, 'replaced')));
        throwIfGone(draft.request.signal);
        throw new ProblemError('too_many_calls', { retryAfterMs: TOO_MANY_RETRY_MS });
      }
      await sleep(clock, POLL_MS, draft.request.signal);
    }
  }
}

/** Whether a call has ended. A store that fails cannot confirm it. */
async function hasEnded<P extends Principal>({ config }: CallContext<P>, id: string): Promise<boolean> {
  try {
    const call = await config.store.read(id);
    return call === undefined || call.state === 'ended';
  } catch {
    return false;
  }
}
