import type { RequestHandler } from '../request-handler.ts';
import { createWebResponder } from './web.ts';
import type { AdapterOptions } from './web.ts';

/** The part of a Hono context that is used. */
export interface HonoContextLike {
  /** Hono's request: the web-standard one, and its body even if a middleware has read it. */
  readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> };
}

/** The result of Hono's `getConnInfo`, which each runtime provides. */
export interface HonoConnInfo {
  /** The other end of the connection and its address. */
  readonly remote: { readonly address?: string | undefined };
}

/** Options of {@link toHonoHandler}. */
export interface HonoHandlerOptions<Context extends HonoContextLike> extends AdapterOptions {
  /** `getConnInfo` of `@hono/node-server/conninfo`, `hono/bun` … Default: none, and all clients share one rate limit. */
  readonly getConnInfo?: (context: Context) => HonoConnInfo;
}

async function unreadRequest({ req }: HonoContextLike): Promise<Request> {
  const { raw } = req;
  if (!raw.bodyUsed) return raw;
  const { url, method, headers, signal } = raw;
  return new Request(url, { method, headers, signal, body: await req.arrayBuffer() });
}

/**
 * Adapts a handler to Hono, even if a middleware has read the body.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - How to read the connection's address, and which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toHonoHandler(handler, { getConnInfo }));
 * ```
 */
export function toHonoHandler<Context extends HonoContextLike>(
  handler: RequestHandler,
  options: HonoHandlerOptions<Context> = {},
): (context: Context) => Promise<Response> {
  const { getConnInfo } = options;
  const respond = createWebResponder(handler, options, getConnInfo === undefined ? 'unknown' : 'known');
  return (incoming) =>
    respond(async () => {
      const peer = getConnInfo?.(incoming).remote.address;
      return { request: await unreadRequest(incoming), peer, incoming };
    });
}
