import type { TrustProxy } from './client-address.ts';

/** What an adapter can be told. */
export interface AdapterOptions {
  /**
   * Proxies whose `X-Forwarded-For` names the client, for rate limits. Default: none, the header is ignored. A proxy setting of
   * the framework is not read: those can be told to believe the leftmost address, which the client writes.
   */
  readonly trustProxy?: TrustProxy;
}
