export type { TrustedHops, TrustProxy } from './lib/address.ts';
export { toNextPagesHandler, type AwaitableNodeHandler } from './lib/adapters/next-pages.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-exchange.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
