import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';
import { lambdaPeer, lambdaRequest } from './lambda-event.ts';
import type { LambdaHttpEvent, LambdaHttpResult } from './lambda-event.ts';

/**
 * Adapts a session handler to AWS Lambda behind API Gateway (REST, payload 1.0, and HTTP, payload 1.0 and 2.0) or a function URL.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust. The gateway itself appends to `X-Forwarded-For` and counts as one hop.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * export const main = toAwsLambdaHandler(handler);
 * ```
 */
export function toAwsLambdaHandler(
  handler: SessionHandler,
  options: AdapterOptions = {},
): (event: LambdaHttpEvent) => Promise<LambdaHttpResult> {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return async (event) => {
    const answer = await answerSafely(handler, () => {
      const request = lambdaRequest(event);
      const forwarded = request.headers.get('x-forwarded-for');
      const address = clientAddress({ peer: lambdaPeer(event), forwarded }, trustProxy);
      return { request, address, incoming: event };
    });
    const headers = Object.fromEntries(answer.headers);
    return { statusCode: answer.status, headers, body: await answer.text(), isBase64Encoded: false };
  };
}
