import { handleRequest } from './handle-request.ts';
import type { SessionHandlerOptions, UnknownFields } from './options.ts';
import { reportConfiguration } from './report.ts';
import type { Principal } from './request-context.ts';
import { createRequestHandler } from './request-handler.ts';
import type { RequestHandler } from './request-handler.ts';
import { resolveOptions } from './resolve-options.ts';

/** The mint route: a web-standard request handler. Never rejects. */
export interface SessionHandler extends RequestHandler {
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
 *   apiKey: process.env.OPENAI_API_KEY,
 *   authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
 *   session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
 * });
 * ```
 */
export function createSessionHandler<P extends Principal, U extends UnknownFields = 'reject'>(
  options: SessionHandlerOptions<P, U>,
): SessionHandler {
  const config = resolveOptions(options);
  reportConfiguration(config.reporter, options);
  let readiness: 'open' | 'closing' = 'open';
  const { handle, settle } = createRequestHandler(config, (state) => handleRequest(config, state, readiness));
  const close = (): Promise<void> => {
    readiness = 'closing';
    return settle();
  };
  return Object.assign(handle, { close });
}
