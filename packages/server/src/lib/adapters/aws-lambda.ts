import { fromWebRequest } from '../received-request.ts';
import type { RequestHandler } from '../request-handler.ts';
import { lambdaPeer, toLambdaResult, toWebRequest } from './aws-lambda-event.ts';
import type { LambdaHttpEvent, LambdaHttpResult } from './aws-lambda-event.ts';
import { createDataResponder } from './web.ts';
import type { AdapterOptions } from './web.ts';

/**
 * Adapts a handler to AWS Lambda behind API Gateway (REST, payload 1.0, and HTTP, payload 1.0 and 2.0) or a function URL.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust. The gateway itself appends to `X-Forwarded-For` and counts as one hop.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * export const main = toAwsLambdaHandler(handler);
 * ```
 */
export function toAwsLambdaHandler(
  handler: RequestHandler,
  options: AdapterOptions = {},
): (event: LambdaHttpEvent) => Promise<LambdaHttpResult> {
  const respond = createDataResponder(handler, options);
  return async (event) => {
    const response = await respond(() => ({
      ...fromWebRequest(toWebRequest(event)),
      peer: lambdaPeer(event),
      incoming: event,
    }));
    return toLambdaResult(event, response);
  };
}
