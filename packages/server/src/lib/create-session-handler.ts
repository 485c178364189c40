import { handleRequest } from './handle-request.ts';
import { createLifecycle, readDrainMs, withState } from './lifecycle.ts';
import type { DrainOptions, HandlerState } from './lifecycle.ts';
import type { CheckedSessionSource, SessionHandlerOptions, SessionResult, UnknownFields } from './options.ts';
import { reportConfiguration } from './report.ts';
import type { Principal } from './request-context.ts';
import { createRequestHandler } from './request-handler.ts';
import type { RequestHandler } from './request-handler.ts';
import { resolveOptions } from './resolve-options.ts';
import type { TranslationHandlerOptions, TranslationSessionResult } from './translation-options.ts';

/** The mint route: a web-standard request handler. Never rejects. */
export interface SessionHandler extends RequestHandler {
  /** What the handler does with requests now. A readiness probe is 200 while it is `open`, else 503. */
  readonly state: HandlerState;
  /**
   * Answers requests for another `drainMs`, then refuses new ones with 503, and resolves when all pending requests are answered. May be
   * called repeatedly: a later call can end the draining earlier.
   *
   * @throws TypeError If `drainMs` is out of range.
   */
  close(options?: DrainOptions): Promise<void>;
}

/**
 * Creates the mint route: a web-standard handler that gives a signed-in user's page an ephemeral Realtime token and nothing
 * else. Works wherever `Request`, `Response` and `fetch` exist; the subpath `/node` adapts it to `node:http`.
 *
 * @param options - `apiKey`, `authorize` and `session` are required. A field of `session` that no session has does not compile, also in
 * what a function returns.
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
export function createSessionHandler<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends SessionResult<U> = SessionResult<U>,
>(options: SessionHandlerOptions<P, U, CheckedSessionSource<P, U, R>>): SessionHandler;

/**
 * Creates a mint route for tokens of translation sessions, which open calls at `realtime/translations/calls`.
 *
 * @param options - `apiKey`, `authorize`, `session` and `upstream` are required. A field of `session` that no translation session has
 * does not compile, also in what a function returns.
 * @throws TypeError If an option is missing or out of range; the message names the option and the remedy.
 *
 * @example
 * ```ts
 * export const handler = createSessionHandler({
 *   apiKey: process.env.OPENAI_API_KEY,
 *   authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
 *   upstream: openaiTranslations(),
 *   session: { model: 'gpt-realtime-translate', audio: { output: { language: 'es' } } },
 * });
 * ```
 */
export function createSessionHandler<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends TranslationSessionResult<U> = TranslationSessionResult<U>,
>(options: TranslationHandlerOptions<P, U, R>): SessionHandler;

export function createSessionHandler<P extends Principal, U extends UnknownFields>(
  options: SessionHandlerOptions<P, U> | TranslationHandlerOptions<P, U>,
): SessionHandler {
  const config = resolveOptions(options);
  reportConfiguration(config.reporter, options);
  const lifecycle = createLifecycle();
  const { handle, settle } = createRequestHandler(config, (state) =>
    handleRequest(config, state, lifecycle.state),
  );
  const close = (closeOptions: DrainOptions = {}): Promise<void> =>
    lifecycle.close(readDrainMs(closeOptions), settle);
  return withState(Object.assign(handle, { close }), lifecycle);
}
