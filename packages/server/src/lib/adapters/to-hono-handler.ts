import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';
import { unreadRequest, type HonoConnInfo, type HonoContextLike } from './hono-context.ts';

/** What {@link toHonoHandler} can be told. */
export interface HonoHandlerOptions<Context extends HonoContextLike> extends AdapterOptions {
  /** `getConnInfo` of `@hono/node-server/conninfo`, `hono/bun` … Default: none, and all clients share one rate limit. */
  readonly getConnInfo?: (context: Context) => HonoConnInfo;
}

/**
 * Adapts a session handler to Hono, whether or not a middleware has read the body.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Where a connection comes from, and which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toHonoHandler(handler, { getConnInfo }));
 * ```
 */
export function toHonoHandler<Context extends HonoContextLike>(
  handler: SessionHandler,
  options: HonoHandlerOptions<Context> = {},
): (context: Context) => Promise<Response> {
  const { trustProxy, getConnInfo } = options;
  checkTrustProxy(trustProxy);
  return (context) =>
    answerSafely(handler, async () => {
      const peer = getConnInfo?.(context).remote.address;
      const forwarded = context.req.raw.headers.get('x-forwarded-for');
      const address = clientAddress({ peer, forwarded }, trustProxy);
      return { request: await unreadRequest(context), address, incoming: context };
    });
}
