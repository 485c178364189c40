import { measureStep } from '../audit.ts';
import type { Principal } from '../request-context.ts';
import { sleep } from './call-clock.ts';
import type { CallContext } from './call-context.ts';
import type { CallRequest } from './call-service.ts';
import type { CreatedUpstreamCall, UpstreamContext } from './call-upstream.ts';

/** What became of an offer. */
export type OfferOutcome =
  | { readonly kind: 'created'; readonly created: CreatedUpstreamCall }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timeout'; readonly pending: Promise<CreatedUpstreamCall> };

async function raceTimeout<P extends Principal>(
  { config }: CallContext<P>,
  pending: Promise<CreatedUpstreamCall>,
): Promise<OfferOutcome> {
  const waited = new AbortController();
  const settled = pending.then(
    (created): OfferOutcome => ({ kind: 'created', created }),
    (error: unknown): OfferOutcome => ({ kind: 'failed', error }),
  );
  const timeout = sleep(config.clock, config.timeoutMs, waited.signal).then((): OfferOutcome => ({
    kind: 'timeout',
    pending,
  }));
  const outcome = await Promise.race([settled, timeout]);
  waited.abort();
  return outcome;
}

function sendOffer<P extends Principal>(
  context: CallContext<P>,
  { sdp, session, safetyIdentifier, apiKey, audit }: CallRequest<P>,
  signal: AbortSignal,
): Promise<CreatedUpstreamCall> {
  audit.attempts += 1;
  const onResponse: UpstreamContext['onResponse'] = (response) => {
    audit.upstream = response;
  };
  return context.config.upstream.create(
    { sdp, session, safetyIdentifier, requestId: audit.requestId },
    { ...context.upstreamContext(apiKey, signal), onResponse },
  );
}

/** Sends the offer to the provider once, and waits for its answer for a limited time. */
export function offerCall<P extends Principal>(
  context: CallContext<P>,
  request: CallRequest<P>,
  signal: AbortSignal,
): Promise<OfferOutcome> {
  const timer = { audit: request.audit, nowMs: () => context.config.clock.nowMs() };
  return measureStep(timer, 'upstream', () => raceTimeout(context, sendOffer(context, request, signal)));
}
