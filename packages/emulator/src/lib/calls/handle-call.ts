import type { IncomingMessage } from 'node:http';
import { applyFault } from '../faults/apply-fault.ts';
import { invalidApiKey, invalidRequest } from '../http/http-error.ts';
import { getBearerToken, requireApiKey } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { redeemToken, toSessionOutcome } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { createSessionConfig, updateSessionConfig } from '../state/session-config.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { readOffer } from './read-offer.ts';
import type { Offer } from './read-offer.ts';
import { startCall } from './start-call.ts';

/**
 * Handles `POST /v1/realtime/calls`: fault, credential, body, peer, in this order. Responds with 201, the answer as SDP and the
 * call's path in `Location`. Throws {@link HttpError} 400, 401 or 413 as documented.
 */
export async function handleCall(context: EmulatorContext, request: IncomingMessage): Promise<HttpResponse> {
  const { settings, faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('calls'), { nowMs: clock.nowMs(), closing });
  if (effect.kind === 'respond') return effect.response;
  const fault = effect.kind === 'session' ? effect.fault : undefined;
  rejectBetaRequest(request);
  const credential = getBearerToken(request);
  if (credential === undefined) throw invalidApiKey(credential);
  const isApiKey = settings.apiKeys.includes(credential);
  const minted = isApiKey ? undefined : redeemToken(context, credential, fault);
  if (minted === undefined && !isApiKey) throw invalidApiKey(credential);
  const offer = await readOffer(request);
  const { id, answer } = await startCall(context, {
    session: configureSession(minted, offer),
    offer: offer.sdp,
    outcome: toSessionOutcome(fault),
  });
  context.counts.calls += 1;
  const location = `/v1/realtime/calls/${id}`;
  return { status: 201, body: answer, headers: { 'content-type': 'application/sdp', location } };
}

function rejectBetaRequest(request: IncomingMessage): void {
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

/** The settings bound to a token are defaults: the client can change them, as documented. */
function configureSession(minted: SessionConfig | undefined, { session }: Offer): SessionConfig {
  if (minted === undefined) return createSessionConfig(session ?? { type: 'realtime' });
  return session === undefined ? minted : updateSessionConfig(minted, session);
}

/** Handles `POST /v1/realtime/calls/{id}/hangup`. Throws {@link HttpError} 401 without an API key, 404 for an unknown call. */
export function hangUp(context: EmulatorContext, request: IncomingMessage, callId: string): HttpResponse {
  requireApiKey(context.settings.apiKeys, request);
  const call = context.calls.get(callId);
  if (call === undefined)
    throw invalidRequest(404, { message: 'There is no call with this id.', code: 'call_not_found' });
  call.hangUp();
  return { status: 200, body: '' };
}
