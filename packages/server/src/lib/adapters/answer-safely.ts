import { toResponse } from '../handler/answer.ts';
import type { Answer } from '../handler/answer.ts';
import type { Call } from '../handler/direct-answers.ts';
import type { SessionHandler } from '../handler/session-handler.ts';

/** An answer that says nothing but its status. */
export function bareAnswer(status: number): Answer {
  return { status, headers: { 'Cache-Control': 'no-store' }, body: null };
}

/**
 * Hands a request to the handler and never rejects: a request the runtime cannot even represent is a bare 400, a handler
 * that breaks its promise a bare 500.
 *
 * @param handler - The mint route.
 * @param read - Makes the request; may throw.
 */
export async function answerSafely(
  handler: SessionHandler,
  read: () => Call | Promise<Call>,
): Promise<Response> {
  let call: Call;
  try {
    call = await read();
  } catch {
    return toResponse(bareAnswer(400));
  }
  try {
    const { request, address, incoming } = call;
    return await handler(request, { address, incoming });
  } catch {
    return toResponse(bareAnswer(500));
  }
}
