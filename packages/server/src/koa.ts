export type { TrustedHops, TrustProxy } from './lib/address.ts';
export { toKoaHandler, type KoaContextLike, type KoaHandler } from './lib/adapters/koa.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-exchange.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
