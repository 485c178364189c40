import { handleRequest } from './handle-request.ts';
import type { SessionHandlerOptions } from './options.ts';
import { createRequestState } from './request-context.ts';
import type { Principal } from './request-context.ts';
import { resolveOptions } from './resolve-options.ts';
import { internalErrorResponse } from './response.ts';

/** The mint route: a web-standard request handler. Never throws, never rejects. */
export interface SessionHandler {
  /**
   * Answers one request.
   *
   * @param request - The request.
   * @param context - A `HandlerContext` from an adapter. A framework may pass any other object, such as the `{ params }` of a Next
   * route: the handler reads only `incoming`, and `address` if it is a string.
   */
  (request: Request, context?: unknown): Promise<Response>;
  /** Refuses new requests with 503 and resolves when all pending requests are answered. May be called repeatedly. */
  close(): Promise<void>;
}

/**
 * Creates the mint route: a web-standard handler that gives a signed-in user's page an ephemeral Realtime token and nothing
 * else. Works wherever `Request`, `Response` and `fetch` exist; the subpath `/node` adapts it to `node:http`.
 *
 * @param options - `apiKey`, `authorize` and `session` are required.
 * @throws TypeError If an option is missing or out of range; the message names the option and the remedy.
 *
 * @example
 * ```ts
 * export const handler = createSessionHandler({
 *   apiKey: () => process.env.OPENAI_API_KEY,
 *   authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
 *   session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
 * });
 * ```
 */
export function createSessionHandler<P extends Principal>(options: SessionHandlerOptions<P>): SessionHandler {
  const config = resolveOptions(options);
  const pending = new Set<Promise<Response>>();
  let readiness: 'open' | 'closing' = 'open';

  const respond = async (request: Request, context: unknown): Promise<Response> => {
    try {
      return await handleRequest(config, createRequestState(request, context, config.nowMs()), readiness);
    } catch {
      // Reached only if the clock throws or the argument is not a request.
      return internalErrorResponse();
    }
  };

  const handle = (request: Request, context?: unknown): Promise<Response> => {
    const response = respond(request, context);
    pending.add(response);
    void response.finally(() => pending.delete(response));
    return response;
  };

  const close = async (): Promise<void> => {
    readiness = 'closing';
    await Promise.all(pending);
  };

  return Object.assign(handle, { close });
}
