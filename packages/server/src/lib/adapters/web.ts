import { checkNeedsNoPeer, createAddressReader } from '../address.ts';
import type { ReadClientAddress, TrustProxy } from '../address.ts';
import type { ReceivedRequest } from '../received-request.ts';
import type { HandlerContext } from '../request-context.ts';
import { findDataHandler } from '../request-handler.ts';
import type { RequestHandler } from '../request-handler.ts';
import { toWebResponse } from '../response.ts';
import type { ResponseData } from '../response.ts';
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

/** A request that an adapter has received itself. */
export type ReceivedCall = WebCall & ReceivedRequest;

const optionNames = ['trustProxy', 'getConnInfo'];

/** Checks the argument of an adapter, because `toNodeHandler({ apiKey, … })` would fail only at the first request. */
function checkHandler(handler: unknown): void {
  if (typeof handler === 'function') return;
  throw new TypeError(
    `An adapter needs the handler that createSessionHandler() or createCallHandler() returned, not ${describeType(handler)}.`,
  );
}

/** The response of an adapter that creates no web-standard one. */
export interface AdapterResponse {
  readonly status: number;
  /** Several `Set-Cookie` headers are a list, because they cannot be joined. */
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
}

/** A response without a body or details. */
function bareResponse(status: 400 | 500): ResponseData {
  return { status, headers: { 'cache-control': 'no-store' }, body: '' };
}

/** What an adapter does with a request after it knows the client's address. */
interface Responder<C, R> {
  readonly handle: (call: C, context: HandlerContext) => Promise<R>;
  /** A request that the runtime cannot represent gets a bare 400; a handler that rejects, which only a wrapped one can do, becomes a bare 500. */
  readonly fail: (status: 400 | 500) => R;
}

/** Never rejects. */
function createResponder<C extends WebCall, R>(
  { handle, fail }: Responder<C, R>,
  readAddress: ReadClientAddress,
): (read: () => C | Promise<C>) => Promise<R> {
  return async (read) => {
    let call: C;
    let address: string | undefined;
    try {
      call = await read();
      const forwarded = call.request.headers.get('x-forwarded-for');
      address = readAddress({ peer: call.peer, forwarded });
    } catch {
      return fail(400);
    }
    try {
      return await handle(call, { address, incoming: call.incoming });
    } catch {
      return fail(500);
    }
  };
}

function checkAdapter(handler: unknown, options: AdapterOptions): void {
  checkHandler(handler);
  checkNames('the options of the adapter', options, optionNames);
}

/**
 * Creates a function that passes web-standard requests to a handler and never rejects.
 *
 * @param peer - Whether the framework can know the address at the other end of the connection.
 * @throws TypeError If `handler` or `trustProxy` is not what it must be.
 */
export function createWebResponder(
  handler: RequestHandler,
  options: AdapterOptions,
  peer: 'known' | 'unknown' = 'known',
): (read: () => WebCall | Promise<WebCall>) => Promise<Response> {
  checkAdapter(handler, options);
  if (peer === 'unknown') checkNeedsNoPeer(options.trustProxy);
  const responder: Responder<WebCall, Response> = {
    handle: ({ request }, context) => handler(request, context),
    fail: (status) => toWebResponse(bareResponse(status)),
  };
  return createResponder(responder, createAddressReader(options.trustProxy));
}

/**
 * Creates a function that passes requests to a handler, for frameworks that do not accept a `Response`. Never rejects.
 *
 * @throws TypeError If `handler` or `trustProxy` is not what it must be.
 */
export function createDataResponder(
  handler: RequestHandler,
  options: AdapterOptions,
): (read: () => ReceivedCall) => Promise<AdapterResponse> {
  checkAdapter(handler, options);
  const responder: Responder<ReceivedCall, AdapterResponse> = {
    handle:
      findDataHandler(handler) ??
      (async ({ request }, context) => readResponse(await handler(request, context))),
    fail: bareResponse,
  };
  return createResponder(responder, createAddressReader(options.trustProxy));
}

/** Reads the response of a wrapped handler. Rejects if it cannot be read. */
async function readResponse(response: Response): Promise<AdapterResponse> {
  const { status, headers } = response;
  const cookies = headers.getSetCookie();
  const all = { ...Object.fromEntries(headers), ...(cookies.length > 1 ? { 'set-cookie': cookies } : {}) };
  return { status, headers: all, body: await response.text() };
}
