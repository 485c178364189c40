import type { IncomingMessage } from 'node:http';
import { realtimeSessionSchema } from '@realtime-session/protocol';
import { z } from 'zod';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import { callNotFound, invalidRequest } from '../http/http-error.ts';
import { readJson, requireApiKey, validate } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';
import { checkSession } from '../state/models.ts';

/** The last segment of `/v1/realtime/calls/{id}/…`. */
export type CallAction = 'accept' | 'hangup' | 'refer' | 'reject';

const referSchema = z.strictObject({ target_uri: z.string().min(1) });
const rejectSchema = z.strictObject({ status_code: z.int().min(300).max(699).optional() });

/**
 * Handles `POST /v1/realtime/calls/{id}/{action}`. Every call here is a WebRTC call, which has already been accepted and can
 * only be hung up; the other actions are for SIP. Throws {@link HttpError} 401 without an API key, 400 for an invalid body or an
 * action for SIP, and 404 for an unknown call.
 */
export async function controlCall(
  context: EmulatorContext,
  request: IncomingMessage,
  control: { readonly action: CallAction; readonly callId: string },
): Promise<HttpResponse> {
  const { faults, clock, closing } = context;
  if (control.action !== 'hangup')
    return handleSipAction(context, request, { ...control, action: control.action });
  const effect = await applyFault(faults.takeFault('hangup'), { nowMs: clock.nowMs(), closing });
  if (effect.kind === 'respond') return effect.response;
  if (effect.kind === 'expire') context.calls.find('realtime', control.callId)?.expire();
  const response = hangUp(context, request, control.callId);
  return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
}

function hangUp(
  { settings, calls }: EmulatorContext,
  request: IncomingMessage,
  callId: string,
): HttpResponse {
  const key = requireApiKey(settings.apiKeys, request);
  const call = calls.find('realtime', callId);
  if (call?.isOpenTo(key) !== true) throw callNotFound(settings.hangup.endedStatus);
  call.end('hangup');
  return { status: settings.hangup.status, body: '' };
}

async function handleSipAction(
  context: EmulatorContext,
  request: IncomingMessage,
  { action, callId }: { readonly action: Exclude<CallAction, 'hangup'>; readonly callId: string },
): Promise<HttpResponse> {
  const key = requireApiKey(context.settings.apiKeys, request);
  await validateBody(context, request, action);
  if (context.calls.find('realtime', callId)?.isOpenTo(key) !== true) throw callNotFound();
  throw invalidRequest(400, {
    message: `Only a SIP call can be handled with '${action}'. This is a WebRTC call; end it with 'hangup'.`,
    param: 'call_id',
    code: 'invalid_value',
  });
}

async function validateBody(
  context: EmulatorContext,
  request: IncomingMessage,
  action: Exclude<CallAction, 'hangup'>,
): Promise<void> {
  switch (action) {
    case 'accept': {
      const refusal = checkSession(context, validate(realtimeSessionSchema, await readJson(request)), 'flat');
      if (refusal !== undefined) throw refusal;
      return;
    }
    case 'refer':
      validate(referSchema, await readJson(request));
      return;
    case 'reject':
      validate(rejectSchema, await readJson(request));
  }
}
