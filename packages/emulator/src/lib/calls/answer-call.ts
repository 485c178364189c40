import type { IncomingMessage } from 'node:http';
import { bearer } from '../credentials/bearer.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { invalidRequest } from '../http/api-failure.ts';
import { suffer } from '../faults/suffer.ts';
import type { Answer } from '../http/send-answer.ts';
import { effectiveSession, updateSession } from '../session/effective-session.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { invalidKey } from '../credentials/invalid-key.ts';
import { readOffer } from './read-offer.ts';
import type { Offered } from './read-offer.ts';
import { fateOf, redeem } from '../sessions/fate.ts';
import { startCall } from './start-call.ts';

/**
 * Carries out `POST /v1/realtime/calls`: key, body, peer, in this order, after the fault that is on.
 *
 * @param context - The emulator.
 * @param request - Node's request.
 * @returns 201 with the answer as SDP and the call's path in `Location`.
 * @throws {@link ApiFailure} 400, 401 or 413, the documented way.
 */
export async function answerCall(context: EmulatorContext, request: IncomingMessage): Promise<Answer> {
  const { faults, clock, closing } = context;
  const suffered = await suffer(faults.takeFault('calls'), { nowMs: clock.nowMs(), closing });
  if (suffered.kind === 'answer') return suffered.answer;
  const later = suffered.kind === 'later' ? suffered.name : undefined;
  refuseBeta(request);
  const credential = bearer(request.headers.authorization);
  if (credential === undefined) throw invalidKey(credential);
  const isStandingKey = context.settings.apiKeys.includes(credential);
  const bound = isStandingKey ? undefined : redeem(context, credential, later);
  if (bound === undefined && !isStandingKey) throw invalidKey(credential);
  const offered = await readOffer(request);
  const { id, answer } = await startCall(context, {
    session: sessionFor(bound, offered),
    offer: offered.sdp,
    fate: fateOf(later),
  });
  context.counts.calls += 1;
  const location = `/v1/realtime/calls/${id}`;
  return { status: 201, body: answer, headers: { 'content-type': 'application/sdp', location } };
}

function refuseBeta(request: IncomingMessage): void {
  if ((request.url ?? '').includes('?model=') || (request.url ?? '').includes('&model='))
    throw invalidRequest(400, {
      message: "Unknown parameter: 'model'. The session names its model.",
      param: 'model',
      code: 'unknown_parameter',
    });
  if (/\brealtime=v1\b/.test(String(request.headers['openai-beta'] ?? '')))
    throw invalidRequest(400, {
      message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
      code: 'beta_api_shape_disabled',
    });
}

/** What a token binds are defaults: the caller may change them, as documented. */
function sessionFor(bound: EffectiveSession | undefined, { session }: Offered): EffectiveSession {
  if (bound === undefined) return effectiveSession(session ?? { type: 'realtime' });
  return session === undefined ? bound : updateSession(bound, session);
}
