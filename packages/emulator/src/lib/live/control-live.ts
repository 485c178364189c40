import type { IncomingMessage } from 'node:http';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import { invalidRequest, sessionNotFound } from '../http/http-error.ts';
import { requireApiKey } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';

/**
 * Handles `POST /v1/live/sessions/{id}/{action}`. Every session here uses WebRTC, for which the actions are not documented: they are for
 * SIP calls. Hanging up ends the session only with the option `live.hangup`. Throws {@link HttpError} 401 without an API key, 404 for
 * an unknown session, and 400 or 404 for what is refused.
 */
export async function controlLive(
  context: EmulatorContext,
  request: IncomingMessage,
  { action, callId }: { readonly action: string; readonly callId: string },
): Promise<HttpResponse> {
  if (action !== 'hangup') throw refuse(context, request, { callId, status: 400 });
  const { faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('hangup'), { nowMs: clock.nowMs(), api: 'live', closing });
  if (effect.kind === 'respond') return effect.response;
  if (effect.kind === 'expire') context.calls.find('live', callId)?.expire();
  const response = hangUp(context, request, callId);
  return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
}

function hangUp(context: EmulatorContext, request: IncomingMessage, callId: string): HttpResponse {
  const { live, hangup } = context.settings;
  if (live.hangup === 'refused') throw refuse(context, request, { callId, status: live.hangupStatus });
  findSession(context, request, callId).end('hangup');
  return { status: hangup.status, body: '' };
}

function refuse(
  context: EmulatorContext,
  request: IncomingMessage,
  { callId, status }: { readonly callId: string; readonly status: 400 | 404 },
): Error {
  findSession(context, request, callId);
  if (status === 404) return sessionNotFound();
  return invalidRequest(400, {
    message: 'This is a WebRTC session, not a SIP call. End it with the event session.close.',
    param: 'session_id',
    code: 'invalid_value',
  });
}

function findSession(
  { settings, calls }: EmulatorContext,
  request: IncomingMessage,
  callId: string,
): NonNullable<ReturnType<EmulatorContext['calls']['find']>> {
  const key = requireApiKey(settings.apiKeys, request);
  const call = calls.find('live', callId);
  if (call?.isOpenTo(key) !== true) throw sessionNotFound();
  return call;
}
