export type { TrustedHops, TrustProxy } from './lib/address.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-exchange.ts';
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './lib/adapters/node.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
