export type { TrustedHops, TrustProxy } from './lib/address.ts';
export { toExpressHandler } from './lib/adapters/express.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-exchange.ts';
export type { NodeHandler } from './lib/adapters/node.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
