import type { SessionHandler } from '../create-session-handler.ts';
import { lambdaPeer, toWebRequest } from './aws-lambda-event.ts';
import type { LambdaHttpEvent, LambdaHttpResult } from './aws-lambda-event.ts';
import { createWebResponder, readResponse } from './web.ts';
import type { AdapterOptions, WebCall } from './web.ts';

/**
 * Adapts a session handler to AWS Lambda behind API Gateway (REST, payload 1.0, and HTTP, payload 1.0 and 2.0) or a function URL.
 *
 * @param handler - Created by `createSessionHandler()`.
 * @param options - Which proxies to trust. The gateway itself appends to `X-Forwarded-For` and counts as one hop.
 * @throws TypeError If `trustProxy.hops` is not a whole number from 1.
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
  const respond = createWebResponder(handler, options);
  return async (event) => {
    const read = (): WebCall => ({ request: toWebRequest(event), peer: lambdaPeer(event), incoming: event });
    const { status, headers, body } = await readResponse(await respond(read));
    return { statusCode: status, headers, body, isBase64Encoded: false };
  };
}
