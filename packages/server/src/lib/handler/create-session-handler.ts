import { addressKey } from '../limit/address-key.ts';
import { answerRequest } from './answer-request.ts';
import type { CallState } from './call-state.ts';
import type { Principal } from './principal.ts';
import { resolveOptions } from './resolve-options.ts';
import type { SessionHandler } from './session-handler.ts';
import type { SessionHandlerOptions } from './session-handler-options.ts';

/**
 * Creates the mint route: a web-standard handler that gives a signed-in user's page an ephemeral Realtime token and
 * nothing else. Works wherever `Request`, `Response` and `fetch` do; the subpath `/node` adapts it to `node:http`.
 *
 * @param options - `apiKey`, `authorize` and `session` are required.
 * @throws TypeError When an option is missing or out of range; the message names it and the remedy.
 *
 * @example
 * ```ts
 * export const handler = createSessionHandler({
 *   apiKey: () => process.env.OPENAI_API_KEY,
 *   authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { id: 'demo' } : null),
 *   session: { model: 'gpt-realtime', instructions: 'Be brief.' },
 * });
 * ```
 */
export function createSessionHandler<P extends Principal>(options: SessionHandlerOptions<P>): SessionHandler {
  const config = resolveOptions(options);
  const inFlight = new Set<Promise<Response>>();
  let readiness: 'open' | 'closing' = 'open';

  const handle: (...call: Parameters<SessionHandler>) => Promise<Response> = (request, context = {}) => {
    const trail: CallState['trail'] = {
      requestId: crypto.randomUUID(),
      startedMs: config.nowMs(),
      address: addressKey(context.address),
      principal: undefined,
      attempts: 0,
      upstream: undefined,
    };
    const answer = answerRequest(config, { request, address: context.address, trail }, readiness);
    inFlight.add(answer);
    void answer.finally(() => inFlight.delete(answer));
    return answer;
  };

  const close = async (): Promise<void> => {
    readiness = 'closing';
    await Promise.all(inFlight);
  };

  return Object.assign(handle, { close });
}
