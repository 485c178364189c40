import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { abortOnClose } from './abort-on-close.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';
import { peerOf, type SvelteKitEventLike } from './svelte-kit-event.ts';

/**
 * Adapts a session handler to a SvelteKit endpoint. Exported as `fallback`, it answers every method.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust; not together with `ADDRESS_HEADER` of SvelteKit's Node adapter.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * export const fallback = toSvelteKitHandler(handler);
 * ```
 */
export function toSvelteKitHandler(
  handler: SessionHandler,
  options: AdapterOptions = {},
): (event: SvelteKitEventLike) => Promise<Response> {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return async (event) => {
    const { signal, release } = abortOnClose(event.request, event.platform);
    const answer = await answerSafely(handler, () => {
      const request = new Request(event.request, { signal });
      const forwarded = request.headers.get('x-forwarded-for');
      const address = clientAddress({ peer: peerOf(event), forwarded }, trustProxy);
      return { request, address, incoming: event };
    });
    release();
    return answer;
  };
}
