import { checkTrustProxy, clientAddress } from '../address.ts';
import type { TrustProxy } from '../address.ts';
import type { SessionHandler } from '../create-session-handler.ts';

/** Options of an adapter. */
export interface AdapterOptions {
  /**
   * The proxies whose `X-Forwarded-For` is trusted to name the client, for rate limits. Default: none, the header is ignored. A
   * proxy setting of the framework is not read, because it may trust the leftmost address, which the client controls.
   */
  readonly trustProxy?: TrustProxy;
}

/** A web-standard request as a framework passes it to an adapter. */
export interface WebCall {
  readonly request: Request;
  /** The address at the other end of the connection, if the framework knows it. */
  readonly peer: string | undefined;
  /** Passed to `authorize`. */
  readonly incoming: unknown;
}

/** A response without a body or details. */
function bareResponse(status: 400 | 500): Response {
  return new Response(null, { status, headers: { 'Cache-Control': 'no-store' } });
}

/**
 * Creates a function that passes requests to a handler and never rejects. A request that the runtime cannot represent gets a
 * bare 400; a handler that rejects, which only a wrapped one can do, becomes a bare 500.
 *
 * @throws TypeError If `trustProxy.hops` is not a whole number from 1.
 */
export function createWebResponder(
  handler: SessionHandler,
  { trustProxy }: AdapterOptions,
): (read: () => WebCall | Promise<WebCall>) => Promise<Response> {
  checkTrustProxy(trustProxy);
  return async (read) => {
    let call: WebCall;
    let address: string | undefined;
    try {
      call = await read();
      const forwarded = call.request.headers.get('x-forwarded-for');
      address = clientAddress({ peer: call.peer, forwarded }, trustProxy);
    } catch {
      return bareResponse(400);
    }
    try {
      return await handler(call.request, { address, incoming: call.incoming });
    } catch {
      return bareResponse(500);
    }
  };
}

/** A response whose body was read. */
export interface ResponseData {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Reads a response for frameworks that do not accept a `Response`. A response that cannot be read becomes a bare 500. */
export async function readResponse(response: Response): Promise<ResponseData> {
  try {
    const { status, headers } = response;
    return { status, headers: Object.fromEntries(headers), body: await response.text() };
  } catch {
    return readResponse(bareResponse(500));
  }
}
