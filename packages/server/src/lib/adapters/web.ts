import { checkNeedsNoPeer, createAddressReader } from '../address.ts';
import type { TrustProxy } from '../address.ts';
import type { RequestHandler } from '../request-handler.ts';
import { checkNames, describeType } from '../validate.ts';

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

const optionNames = ['trustProxy', 'getConnInfo'];

/** Checks the argument of an adapter, because `toNodeHandler({ apiKey, … })` would fail only at the first request. */
function checkHandler(handler: unknown): void {
  if (typeof handler === 'function') return;
  throw new TypeError(
    `An adapter needs the handler that createSessionHandler() or createCallHandler() returned, not ${describeType(handler)}.`,
  );
}

/** A response without a body or details. */
function bareResponse(status: 400 | 500): Response {
  return new Response(null, { status, headers: { 'Cache-Control': 'no-store' } });
}

/**
 * Creates a function that passes requests to a handler and never rejects. A request that the runtime cannot represent gets a
 * bare 400; a handler that rejects, which only a wrapped one can do, becomes a bare 500.
 *
 * @param peer - Whether the framework can know the address at the other end of the connection.
 * @throws TypeError If `handler` or `trustProxy` is not what it must be.
 */
export function createWebResponder(
  handler: RequestHandler,
  options: AdapterOptions,
  peer: 'known' | 'unknown' = 'known',
): (read: () => WebCall | Promise<WebCall>) => Promise<Response> {
  checkHandler(handler);
  checkNames('the options of the adapter', options, optionNames);
  if (peer === 'unknown') checkNeedsNoPeer(options.trustProxy);
  const readAddress = createAddressReader(options.trustProxy);
  return async (read) => {
    let call: WebCall;
    let address: string | undefined;
    try {
      call = await read();
      const forwarded = call.request.headers.get('x-forwarded-for');
      address = readAddress({ peer: call.peer, forwarded });
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
  /** Several `Set-Cookie` headers are a list, because they cannot be joined. */
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
}

/** Reads a response for frameworks that do not accept a `Response`. A response that cannot be read becomes a bare 500. */
export async function readResponse(response: Response): Promise<ResponseData> {
  try {
    const { status, headers } = response;
    const cookies = headers.getSetCookie();
    const all = { ...Object.fromEntries(headers), ...(cookies.length > 1 ? { 'set-cookie': cookies } : {}) };
    return { status, headers: all, body: await response.text() };
  } catch {
    return readResponse(bareResponse(500));
  }
}
