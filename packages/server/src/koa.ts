export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-message.ts';
export { toKoaHandler, type KoaContextLike, type KoaHandler } from './lib/adapters/to-koa-handler.ts';
