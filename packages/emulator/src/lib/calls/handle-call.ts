import type { IncomingMessage } from 'node:http';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import type { SessionFault } from '../faults/apply-fault.ts';
import { invalidApiKey, invalidRequest } from '../http/http-error.ts';
import { getBearerToken } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { getOrigin, redeemToken } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { checkSession } from '../state/models.ts';
import { createSessionConfig, updateSessionConfig } from '../state/session-config.ts';
import type { RequestedSession, SessionConfig } from '../state/session-config.ts';
import { changeAnswer } from './change-answer.ts';
import { RealtimeCall } from './call.ts';
import { readOffer } from './read-offer.ts';
import { createCallId, startCall, toCallOutcome } from './start-call.ts';

/**
 * Handles `POST /v1/realtime/calls`: fault, credential, body, peer, in this order. Responds with 201, the answer as SDP and the
 * call's path in `Location`. Throws {@link HttpError} 400, 401, 404 or 413 as documented.
 */
export async function handleCall(context: EmulatorContext, request: IncomingMessage): Promise<HttpResponse> {
  const { faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('calls'), { nowMs: clock.nowMs(), closing });
  if (effect.kind === 'respond') return effect.response;
  const created = await createCall(context, request, effect.kind === 'session' ? effect.fault : undefined);
  const response = effect.kind === 'answer' ? changeAnswer(created, effect.fault, request) : created;
  return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
}

async function createCall(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: SessionFault | undefined,
): Promise<HttpResponse> {
  const { settings } = context;
  rejectBetaRequest(request);
  const credential = getBearerToken(request);
  if (credential === undefined) throw invalidApiKey(settings.apiKeys[0], 'missing');
  const isApiKey = settings.apiKeys.includes(credential);
  const minted = isApiKey ? undefined : redeemToken(context, credential, fault);
  if (minted === undefined && !isApiKey) throw invalidApiKey(settings.apiKeys[0], 'wrong key or token');
  const { sdp, session } = await readOffer(request);
  const requested = minted === undefined ? applyQueryModel(request, session) : session;
  const refusal = requested === undefined ? undefined : checkSession(context, requested, 'nested');
  if (refusal !== undefined) throw refusal;
  const options = {
    session: configureSession(context, minted, requested),
    origin: getOrigin(context, request, credential),
    credentials: getCredentials(context, credential),
    outcome: toCallOutcome(fault),
  };
  const { call, answer } = await startCall(
    context,
    sdp,
    (connection) =>
      new RealtimeCall(context, { ...options, ...connection, id: createCallId(context, 'rtc') }),
  );
  const location = `/v1/realtime/calls/${call.id}`;
  return { status: 201, body: answer, headers: { 'content-type': 'application/sdp', location } };
}

function rejectBetaRequest({ headers }: IncomingMessage): void {
  if (/\brealtime=v1\b/.test(String(headers['openai-beta'] ?? ''))) throw betaShapeDisabled();
}

/** The error for requests in the shape of the retired API. */
export function betaShapeDisabled(): Error {
  return invalidRequest(400, {
    message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
    code: 'beta_api_shape_disabled',
  });
}

/** Some clients name the model in the query. It is used when the session names none. */
function applyQueryModel(
  request: IncomingMessage,
  session: RequestedSession = { type: 'realtime' },
): RequestedSession {
  const model = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('model') ?? '';
  const isMissing = session.type === 'realtime' && session.model === undefined && model !== '';
  return isMissing ? { ...session, model } : session;
}

/** The settings bound to a token are defaults: the client can change them, as documented. */
function configureSession(
  { ids }: EmulatorContext,
  minted: SessionConfig | undefined,
  requested: RequestedSession | undefined,
): SessionConfig {
  if (minted === undefined) return createSessionConfig(requested ?? { type: 'realtime' }, ids.createId);
  return requested === undefined ? minted : updateSessionConfig(minted, requested);
}

/** What can attach to a call and end it: the key that created it, or the token and the key that minted it. */
function getCredentials({ tokens }: EmulatorContext, credential: string): readonly string[] {
  const token = tokens.get(credential);
  return token === undefined ? [credential] : [credential, token.apiKey];
}
