import { readApiKey } from '../api-key.ts';
import type { UnknownFields } from '../options.ts';
import { createLifecycle, readDrainMs, withState } from '../lifecycle.ts';
import type { DrainOptions, HandlerState } from '../lifecycle.ts';
import { ProblemError } from '../problem.ts';
import { reportConfiguration } from '../report.ts';
import type { Principal } from '../request-context.ts';
import { createRequestHandler } from '../request-handler.ts';
import type { RequestHandler } from '../request-handler.ts';
import { checkInteger, isRecord } from '../validate.ts';
import type { CallHandlerOptions, CallSessionResult, CheckedCallSessionSource } from './call-options.ts';
import type { SweepResult } from './call-service.ts';
import type { CallSelector } from './call-store.ts';
import { isSecretMissing, MISSING_SECRET_REMEDY } from './call-secrets.ts';
import { createCallService } from './create-call-service.ts';
import { handleCallRequest, readSession } from './handle-call-request.ts';
import { resolveCallOptions } from './resolve-call-options.ts';

/** Options of {@link CallHandler.close}. */
export interface CloseOptions extends DrainOptions {
  /**
   * How long running calls may continue after that if the store is that of this process, in milliseconds, 0..3 600 000. Default 10 000. With
   * a shared store, they are handed over to another process immediately.
   */
  readonly graceMs?: number;
}

/**
 * The route for calls: a web-standard request handler. Never rejects. Register it for `POST`, `PUT`, `DELETE` and `OPTIONS` of one URL,
 * with the same adapters as a handler of `createSessionHandler()`.
 */
export interface CallHandler extends RequestHandler {
  /**
   * Ends calls: one by its id, or all of a user. Calls of other processes as well, if the store is shared. Resolves when they have ended
   * at the provider.
   *
   * @param selector - `principal` is the `id` that your `authorize` returned.
   * @returns the number of calls.
   */
  hangUp(selector: CallSelector): Promise<number>;
  /** Ends calls that are due, of any process. For `supervision: 'sweep'`: call it from a scheduled job. May be called repeatedly. */
  sweep(): Promise<SweepResult>;
  /** What the handler does with requests now. A readiness probe is 200 while it is `open`, else 503. */
  readonly state: HandlerState;
  /**
   * Stops the handler: for `drainMs`, it answers all requests; then it refuses new calls with 503, and running calls are handed over or,
   * after `graceMs`, ended. Heartbeats and hang-ups are answered until then. Later calls of this function return the promise of the first,
   * whose `graceMs` counts; they can end the draining earlier.
   *
   * @throws TypeError If an option is out of range.
   */
  close(options?: CloseOptions): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;

function checkSelector(selector: unknown): void {
  const isSelector =
    isRecord(selector) &&
    Object.keys(selector).length === 1 &&
    [selector['call'], selector['principal']].some((id) => typeof id === 'string' && id !== '');
  if (isSelector) return;
  throw new TypeError("hangUp() needs { call: 'ID' } or { principal: 'ID of the user' }, with a text as ID.");
}

function readGraceMs(options: CloseOptions): number {
  const { graceMs = DEFAULT_GRACE_MS } = options;
  return checkInteger('graceMs', graceMs, { min: 0, max: 3_600_000 });
}

/** What the owner can do is in the message: their code sees no event. */
function throwWithRemedy(thrown: unknown): never {
  if (!(thrown instanceof ProblemError) || thrown.detail.remedy === undefined) throw thrown;
  throw new Error(`${thrown.code}: ${thrown.detail.remedy}`, { cause: thrown });
}

/**
 * Creates the route for calls that this server creates and ends: it limits their duration, number and cost, and can run tools for them.
 * The page posts its WebRTC offer to it and gets the provider's answer; the API key and the provider's id of the call stay on the server.
 *
 * @param options - `apiKey`, `authorize` and `session` are required. A field of `session` that no session has does not compile, also in
 * what a function returns.
 * @throws TypeError If an option is missing or out of range; the message names the option and the remedy.
 *
 * @example
 * ```ts
 * export const calls = createCallHandler({
 *   apiKey: process.env.OPENAI_API_KEY,
 *   authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
 *   session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
 *   callLimits: { maxDurationMs: 300_000 },
 * });
 * ```
 */
export function createCallHandler<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends CallSessionResult<U> = CallSessionResult<U>,
>(options: CallHandlerOptions<P, U, CheckedCallSessionSource<P, U, R>>): CallHandler {
  const config = resolveCallOptions(options);
  const missingSecretRemedy = isSecretMissing(config.service) ? MISSING_SECRET_REMEDY : undefined;
  reportConfiguration(config.reporter, { ...options, missingSecretRemedy });
  const calls = createCallService<P>({
    ...config.service,
    readApiKey: (signal) => readApiKey(config, signal),
    readSession: (principal, signal) => readSession(config, principal, signal),
  });
  const lifecycle = createLifecycle((run, delayMs) => config.service.clock.setTimer(run, delayMs));
  let isStopped = false;
  const { handle, settle } = createRequestHandler(config, (state) =>
    handleCallRequest(config, state, { calls, handlerState: isStopped ? 'closed' : lifecycle.state }),
  );

  const finish = async (graceMs: number): Promise<void> => {
    // Calls that are being created must be known before they can be handed over or ended.
    await settle();
    await calls.close({ graceMs });
    isStopped = true;
    await settle();
  };

  const handler = Object.assign(handle, {
    async hangUp(selector: CallSelector) {
      checkSelector(selector);
      return calls.hangUpAll(selector).catch(throwWithRemedy);
    },
    sweep: () => calls.sweep().catch(throwWithRemedy),
    close(closeOptions: CloseOptions = {}) {
      const drainMs = readDrainMs(closeOptions, ['drainMs', 'graceMs']);
      const graceMs = readGraceMs(closeOptions);
      return lifecycle.close(drainMs, () => finish(graceMs));
    },
  });
  return withState(handler, lifecycle);
}
