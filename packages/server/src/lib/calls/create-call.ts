import { ProblemError } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import type { Principal } from '../request-context.ts';
import { sleep } from './call-clock.ts';
import { persist } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { createCallId } from './call-secrets.ts';
import type { CreatedCall } from './call-service.ts';
import type { StartedCall, StoredCall } from './call-store.ts';
import type { CreatedUpstreamCall } from './call-upstream.ts';
import { offerCall } from './offer-call.ts';
import { reserveSlot, throwIfGone, TOO_MANY_RETRY_MS } from './reserve-slot.ts';
import type { CallCreation, Draft } from './reserve-slot.ts';
import { settleSeconds } from './time-meter.ts';

/**
 * Creates a call: a slot and a budget first, then one request to the provider, which is never repeated, then the store, then the
 * answer. Whatever goes wrong after the request, a call that exists is ended.
 *
 * @throws ProblemError As documented for `CallService`.
 */
export async function createCall<P extends Principal>(
  creation: CallCreation<P>,
  request: Draft<P>['request'],
): Promise<CreatedCall> {
  const { context } = creation;
  const draft = { id: createCallId(), principal: await context.hashPrincipal(request.principal.id), request };
  const budget = await reserveSlot(creation, draft);
  const created = await requestCall(creation, draft);
  const stored = await storeCall(creation, draft, { created, budget });
  return { ...toCallView(context, stored), answer: created.answer };
}

/** What a page may know of a call. */
export function toCallView<P extends Principal>(
  { config }: CallContext<P>,
  { id, endsInMs, heartbeat, budget, usage }: StoredCall,
): Omit<CreatedCall, 'answer'> {
  return {
    id,
    endsInMs: Math.max(0, endsInMs),
    heartbeatMs: heartbeat === 'none' ? undefined : Math.floor(config.limits.heartbeatTimeoutMs / 3),
    budgetLeft: budget === undefined ? undefined : Math.max(0, budget - usage.cost),
  };
}

type Answered = CreatedUpstreamCall & { readonly answer: string };

/** Asks the provider for the call, once. */
async function requestCall<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
): Promise<Answered> {
  const { context, background } = creation;
  const { request } = draft;
  const controller = new AbortController();
  const outcome = await offerCall(context, request, controller.signal);
  if (outcome.kind === 'timeout') {
    background(handleLateOutcome(creation, draft, { pending: outcome.pending, controller }));
    throw new ProblemError('outcome_unknown');
  }
  if (outcome.kind === 'failed') {
    background(handleFailure(creation, draft, { error: outcome.error, waited: 'no' }));
    throw outcome.error;
  }
  const { id, answer } = outcome.created;
  if (answer !== undefined) return { id, answer };
  background(endUnanswered(creation, draft, id));
  throw new ProblemError('upstream_invalid_response');
}

/** The page got its answer. An id that still arrives is stored and its call ended. */
async function handleLateOutcome<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
  {
    pending,
    controller,
  }: { readonly pending: Promise<CreatedUpstreamCall>; readonly controller: AbortController },
): Promise<void> {
  const { clock, limits } = creation.context.config;
  const settled = new AbortController();
  void sleep(clock, limits.connectTimeoutMs, settled.signal).then(() => controller.abort());
  try {
    const { id } = await pending;
    await endUnanswered(creation, draft, id);
  } catch (error) {
    await handleFailure(creation, draft, { error, waited: 'yes' });
  } finally {
    settled.abort();
  }
}

async function handleFailure<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
  { error, waited }: { readonly error: unknown; readonly waited: 'no' | 'yes' },
): Promise<void> {
  if (error instanceof ProblemError && error.code !== 'outcome_unknown')
    await persist(creation.context, (store) => store.finish(draft.id, 'upstream'));
  else await releaseUnknown(creation, draft, waited);
}

/** A call may exist whose id is not known. Its slot stays taken for `connectTimeoutMs`, because no page can connect after that. */
async function releaseUnknown<P extends Principal>(
  { context }: CallCreation<P>,
  draft: Draft<P>,
  waited: 'no' | 'yes',
): Promise<void> {
  if (waited === 'no') await context.pause(context.config.limits.connectTimeoutMs);
  // It may exist, and then it costs its minimum.
  await countMinimum(context, draft);
  context.emit(draft, {
    type: 'call-lost',
    because: 'outcome-unknown',
    remedy:
      'The provider did not answer clearly, so a call may exist that cannot be ended; it ends at the limit of the provider. Check its status page.',
  });
  await persist(context, (store) => store.finish(draft.id, 'upstream'));
}

/** Counts what a call costs at least that no page can use. */
async function countMinimum<P extends Principal>(
  context: CallContext<P>,
  { id, principal, request }: Draft<P>,
): Promise<void> {
  const { minimumSeconds } = context.config.upstream;
  if (minimumSeconds === undefined) return;
  await settleSeconds(context, { id, principal, model: request.model }, minimumSeconds);
}

/** A call exists that no page can use. */
async function endUnanswered<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
  upstreamId: string,
): Promise<void> {
  const { context, ender } = creation;
  const started = await toStartedCall(context, draft, upstreamId);
  const call = { ...draft, upstreamId, keyId: started.keyId, model: started.model, capInMs: started.capMs };
  // A store that fails must not keep the call running.
  const state = await context.config.store
    .start(draft.id, started, context.lease)
    .catch(() => 'unknown' as const);
  if (state !== 'gone') reportStarted(context, draft);
  await countMinimum(context, draft);
  await ender.end(call, { reason: 'upstream', detail: 'no usable answer' });
}

async function toStartedCall<P extends Principal>(
  { config, secrets }: CallContext<P>,
  { request }: Draft<P>,
  upstreamId: string,
): Promise<StartedCall> {
  const { limits, upstream, supervision } = config;
  const isWatched = request.heartbeat === 'expected' || supervision === 'attached';
  return {
    upstreamId,
    keyId: await secrets.fingerprint(request.apiKey),
    model: request.model,
    maxDurationMs: limits.maxDurationMs,
    capMs: upstream.capMs,
    // Without heartbeats and without a sideband, nothing shows whether the page has connected.
    connectTimeoutMs: isWatched ? limits.connectTimeoutMs : undefined,
    heartbeatTimeoutMs: request.heartbeat === 'expected' ? limits.heartbeatTimeoutMs : undefined,
    memo: await secrets.seal({ principal: request.principal }),
  };
}

/** Stores what the provider created, with its deadline, and starts to watch it. */
async function storeCall<P extends Principal>(
  creation: CallCreation<P>,
  draft: Draft<P>,
  { created, budget }: { readonly created: Answered; readonly budget: number | undefined },
): Promise<StoredCall> {
  const { context, ender, background } = creation;
  const { config } = context;
  const { request } = draft;
  const started = await toStartedCall(context, draft, created.id);
  const stored = toStoredCall(draft, started, budget);
  let state: 'started' | 'ending' | 'gone';
  try {
    state = await config.store.start(draft.id, started, context.lease);
  } catch (cause) {
    reportStarted(context, draft);
    background(ender.end(stored, { reason: 'upstream', detail: 'the store failed' }));
    throw new ProblemError('store_unavailable', { cause, retryAfterMs: TOO_MANY_RETRY_MS });
  }
  if (state === 'gone') {
    background(ender.end(stored, { reason: 'upstream', detail: 'the reservation was gone' }));
    throw new ProblemError('store_unavailable', { retryAfterMs: TOO_MANY_RETRY_MS });
  }
  reportStarted(context, draft);
  if (state === 'ending' || request.signal.aborted) await abandon(creation, stored, request.signal);
  if (config.supervision === 'attached')
    creation.supervise({
      stored,
      apiKey: request.apiKey,
      user: { principal: request.principal, session: request.session },
      origin: 'created',
    });
  return stored;
}

function reportStarted<P extends Principal>(context: CallContext<P>, draft: Draft<P>): void {
  const { audit, model } = draft.request;
  context.emit(draft, { type: 'call-started', requestId: audit.requestId, model });
}

/** The call was ended by others while it was created, or its page has left. */
async function abandon<P extends Principal>(
  { context, ender, background }: CallCreation<P>,
  stored: StoredCall,
  signal: DisconnectSignal,
): Promise<never> {
  const known = await context.config.store.read(stored.id).catch(() => undefined);
  const reason = known?.endReason ?? 'hung-up';
  background(ender.end(stored, { reason }));
  throwIfGone(signal);
  throw new ProblemError('call_ended', { reason });
}

function toStoredCall<P extends Principal>(
  { id, principal, request }: Draft<P>,
  started: StartedCall,
  budget: number | undefined,
): StoredCall & { readonly upstreamId: string } {
  return {
    id,
    principal,
    state: 'running',
    upstreamId: started.upstreamId,
    keyId: started.keyId,
    model: started.model,
    ageMs: 0,
    endsInMs: started.maxDurationMs,
    capInMs: started.capMs,
    expectedInMs: started.connectTimeoutMs,
    connected: 'no',
    heartbeat: request.heartbeat,
    endReason: undefined,
    usage: { cost: 0, inputTokens: 0, outputTokens: 0 },
    budget,
    memo: started.memo,
  };
}
