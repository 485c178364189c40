import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { abortOnClose } from './abort-on-close.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';

/** What is needed of a SvelteKit request event. */
export interface SvelteKitEventLike {
  /** The web-standard request. */
  readonly request: Request;
  /** What SvelteKit's adapter adds; its Node adapter adds Node's request. */
  readonly platform?: Readonly<object> | undefined;
  /** The client's address as SvelteKit's adapter knows it. May throw where there is none. */
  getClientAddress(): string;
}

function peerOf(event: SvelteKitEventLike): string | undefined {
  try {
    return event.getClientAddress();
  } catch {
    return undefined;
  }
}

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
