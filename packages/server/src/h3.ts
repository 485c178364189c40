export type { TrustedHops, TrustProxy } from './lib/address.ts';
export { toH3Handler, type H3EventLike } from './lib/adapters/h3.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
