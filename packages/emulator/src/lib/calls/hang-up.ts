import type { IncomingMessage } from 'node:http';
import { requireStandingKey } from '../credentials/require-standing-key.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { invalidRequest } from '../http/api-failure.ts';
import type { Answer } from '../http/send-answer.ts';

/**
 * Carries out `POST /v1/realtime/calls/{id}/hangup`.
 *
 * @param context - The emulator.
 * @param request - Node's request.
 * @param callId - Which call.
 * @throws {@link ApiFailure} 401 without a standing key, 404 for a call that is not there.
 */
export function hangUp(context: EmulatorContext, request: IncomingMessage, callId: string): Answer {
  requireStandingKey(context.settings, request);
  const call = context.calls.get(callId);
  if (call === undefined)
    throw invalidRequest(404, { message: 'No call of that id.', code: 'call_not_found' });
  call.hangUp();
  return { status: 200, body: '' };
}
