import type { IncomingMessage } from 'node:http';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import type { SessionFault } from '../faults/apply-fault.ts';
import { invalidApiKey, invalidRequest } from '../http/http-error.ts';
import { getBearerToken } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { getOrigin, redeemToken } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { checkSession } from '../state/models.ts';
import { updateSessionConfig } from '../state/session-config.ts';
import type { RequestedSession } from '../state/session-config.ts';
import { createConfig, updateTranslationConfig } from '../state/translation-config.ts';
import type { AnySessionConfig, RequestedTranslation } from '../state/translation-config.ts';
import { changeAnswer } from './change-answer.ts';
import { RealtimeCall } from './call.ts';
import { readOffer } from './read-offer.ts';
import type { OfferPath } from './read-offer.ts';
import { createCallId, startCall, toCallOutcome } from './start-call.ts';

/**
 * Handles `POST /v1/realtime/calls` and `POST /v1/realtime/translations/calls`: fault, credential, body, peer, in this order. Each
 * accepts the tokens of both, because what the API does with the other's tokens is not documented. Responds with 201, the answer as SDP and the
 * call's path in `Location`. Throws {@link HttpError} 400, 401, 404 or 413 as documented.
 */
export async function handleCall(
  context: EmulatorContext,
  request: IncomingMessage,
  path: OfferPath,
): Promise<HttpResponse> {
  const { faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('calls'), { nowMs: clock.nowMs(), closing });
  if (effect.kind === 'respond') return effect.response;
  const fault = effect.kind === 'session' ? effect.fault : undefined;
  const created = await createCall(context, request, { path, fault });
  const response = effect.kind === 'answer' ? changeAnswer(created, effect.fault, request) : created;
  return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
}

async function createCall(
  context: EmulatorContext,
  request: IncomingMessage,
  { path, fault }: { readonly path: OfferPath; readonly fault: SessionFault | undefined },
): Promise<HttpResponse> {
  const { settings } = context;
  rejectBetaRequest(request);
  const credential = getBearerToken(request);
  if (credential === undefined) throw invalidApiKey(settings.apiKeys[0], 'missing');
  const isApiKey = settings.apiKeys.includes(credential);
  const minted = isApiKey ? undefined : redeemToken(context, credential, fault);
  if (minted === undefined && !isApiKey) throw invalidApiKey(settings.apiKeys[0], 'wrong key or token');
  const { sdp, session } = await readOffer(request, path);
  const requested = minted === undefined ? applyQueryModel(request, path, session) : session;
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
  const location = `/v1/realtime/${path}/${call.id}`;
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

type Requested = RequestedSession | RequestedTranslation;

/** Some clients name the model in the query. It is used when the session names none. */
function applyQueryModel(
  request: IncomingMessage,
  path: OfferPath,
  session: Requested | undefined,
): Requested {
  const model = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('model') ?? '';
  const requested = session ?? defaultSession(path, model);
  const isMissing = requested.type === 'realtime' && requested.model === undefined && model !== '';
  return isMissing ? { ...requested, model } : requested;
}

/** The session of an offer that does not configure it. A translation needs a model. */
function defaultSession(path: OfferPath, model: string): Requested {
  if (path === 'calls') return { type: 'realtime' };
  if (model === '') throw MISSING_MODEL;
  return { type: 'translation', model };
}

const MISSING_MODEL = invalidRequest(400, {
  message: "Missing required parameter: 'session.model'.",
  param: 'session.model',
  code: 'missing_required_parameter',
});

/** The settings bound to a token are defaults: the client can change them, as documented. */
function configureSession(
  { ids }: EmulatorContext,
  minted: AnySessionConfig | undefined,
  requested: Requested | undefined,
): AnySessionConfig {
  if (minted === undefined) return createConfig(requested ?? { type: 'realtime' }, ids.createId);
  if (requested === undefined) return minted;
  if (minted.type === 'translation')
    return requested.type === 'translation' ? updateTranslationConfig(minted, requested.audio ?? {}) : minted;
  return requested.type === 'translation' ? minted : updateSessionConfig(minted, requested);
}

/** What can attach to a call and end it: the key that created it, or the token and the key that minted it. */
function getCredentials({ tokens }: EmulatorContext, credential: string): readonly string[] {
  const token = tokens.get(credential);
  return token === undefined ? [credential] : [credential, token.apiKey];
}
