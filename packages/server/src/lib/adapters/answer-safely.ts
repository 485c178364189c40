import type { CallContext, SessionHandler } from '../handler/session-handler.ts';

/** A request, and what is known besides. */
export interface Call extends CallContext {
  /** The request. */
  readonly request: Request;
}

function bare(status: number): Response {
  return new Response(null, { status, headers: { 'Cache-Control': 'no-store' } });
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
    return bare(400);
  }
  try {
    const { request, ...context } = call;
    return await handler(request, context);
  } catch {
    return bare(500);
  }
}
