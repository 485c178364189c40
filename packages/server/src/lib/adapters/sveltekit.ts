import type { RequestHandler } from '../request-handler.ts';
import { readPeer, watchDisconnect } from './sveltekit-event.ts';
import type { SvelteKitEventLike } from './sveltekit-event.ts';
import { createWebResponder } from './web.ts';
import type { AdapterOptions } from './web.ts';

/**
 * Adapts a handler to a SvelteKit endpoint. Exported as `fallback`, it responds to every method.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust. Do not combine with `ADDRESS_HEADER` of SvelteKit's Node adapter.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * export const fallback = toSvelteKitHandler(handler);
 * ```
 */
export function toSvelteKitHandler(
  handler: RequestHandler,
  options: AdapterOptions = {},
): (event: SvelteKitEventLike) => Promise<Response> {
  const respond = createWebResponder(handler, options);
  return async (event) => {
    const { signal, release } = watchDisconnect(event);
    const response = await respond(() => {
      const request = new Request(event.request, { signal });
      return { request, peer: readPeer(event), incoming: event };
    });
    release();
    return response;
  };
}
