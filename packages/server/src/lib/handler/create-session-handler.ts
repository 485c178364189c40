import { answerRequest, bareFailure } from './answer-request.ts';
import { toResponse } from './answer.ts';
import type { Answer } from './answer.ts';
import { answersDirectly } from './direct-answers.ts';
import type { Call } from './direct-answers.ts';
import { contextOf, openCall } from './open-call.ts';
import type { Principal } from './principal.ts';
import { resolveOptions } from './resolve-options.ts';
import type { HandlerContext, SessionHandler } from './session-handler.ts';
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
  const inFlight = new Set<Promise<Answer>>();
  let readiness: 'open' | 'closing' = 'open';

  const answerCall = (call: Call): Promise<Answer> => {
    const answer = serve(call);
    inFlight.add(answer);
    void answer.finally(() => inFlight.delete(answer));
    return answer;
  };

  const handle = async (request: Request, context?: HandlerContext): Promise<Response> =>
    toResponse(await answerCall({ request, ...contextOf(context) }));

  const serve = async (call: Call): Promise<Answer> => {
    try {
      return await answerRequest(config, openCall(call, config.nowMs()), readiness);
    } catch {
      // Only a clock that throws, or something that is no request, gets here.
      return bareFailure();
    }
  };

  const close = async (): Promise<void> => {
    readiness = 'closing';
    await Promise.all(inFlight);
  };

  return answersDirectly(Object.assign(handle, { close }), answerCall);
}
