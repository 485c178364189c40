import type { UnknownRecord } from '../validate.ts';
import { SidebandError } from './call-upstream.ts';
import type { CallToEnd, EndResult, Sideband, SidebandHandlers, UpstreamContext } from './call-upstream.ts';
import { hangUpCall } from './request-call.ts';
import type { CallTarget } from './request-call.ts';

const CLOSE: UnknownRecord = { type: 'session.close' };

/** What became of a sideband that was attached to end a session. */
type Outcome = 'closed' | 'lost' | 'late';

type Attached =
  | { readonly kind: 'attached'; readonly sideband: Sideband }
  /** The session has ended, or never existed. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly status: number | undefined; readonly cause: unknown };

async function tryAttach({ attach }: CallToEnd, handlers: SidebandHandlers): Promise<Attached> {
  try {
    return { kind: 'attached', sideband: await attach(handlers) };
  } catch (cause) {
    const status = cause instanceof SidebandError ? cause.status : undefined;
    return status === 404 ? { kind: 'gone' } : { kind: 'failed', status, cause };
  }
}

const ended: EndResult = { kind: 'ended', because: 'unknown-call' };

/** Whether a session still exists whose sideband closed without `session.closed`. */
async function probe(call: CallToEnd): Promise<EndResult> {
  const result = await tryAttach(call, { onEvent: () => undefined, onClose: () => undefined });
  if (result.kind === 'attached') result.sideband.close();
  return result.kind === 'gone' ? ended : { kind: 'failed', status: undefined, retryAfterMs: undefined };
}

/** Attaches, closes the session, and waits until it has closed. */
async function attachToEnd(
  call: CallToEnd,
  readTarget: () => CallTarget,
  context: UpstreamContext,
): Promise<EndResult> {
  const { id, onEvent } = call;
  const { signal } = context;
  let settle: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
    signal.addEventListener('abort', () => resolve('late'), { once: true });
  });
  const handlers = {
    onEvent(event: UnknownRecord) {
      onEvent(event);
      if (event['type'] === 'session.closed') settle('closed');
    },
    onClose: () => settle('lost'),
  };
  const result = await tryAttach(call, handlers);
  if (result.kind === 'gone') return ended;
  if (result.kind === 'failed') {
    // It may end the session, which a later attempt finds out.
    await hangUpCall(readTarget, id, context);
    return { kind: 'failed', status: result.status, retryAfterMs: undefined, cause: result.cause };
  }
  result.sideband.send(CLOSE);
  void hangUpCall(readTarget, id, context);
  const reached = await outcome;
  result.sideband.close();
  if (reached === 'closed') return { kind: 'ended', because: 'confirmed' };
  return reached === 'lost' ? probe(call) : { kind: 'failed', status: undefined, retryAfterMs: undefined };
}

/**
 * Ends a Live session: with `session.close` on the sideband of the supervisor, or on one that is attached for it. The request to hang up
 * is sent as well; it is documented for telephone calls only, so its result proves nothing. Proof is `session.closed`, or 404 for an
 * attempt to attach.
 */
export async function endLiveSession(
  call: CallToEnd,
  readTarget: () => CallTarget,
  context: UpstreamContext,
): Promise<EndResult> {
  if (call.sideband === undefined) return attachToEnd(call, readTarget, context);
  call.sideband.send(CLOSE);
  await hangUpCall(readTarget, call.id, context);
  return { kind: 'requested' };
}
