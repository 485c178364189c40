export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export { toH3Handler, type H3EventLike } from './lib/adapters/to-h3-handler.ts';
