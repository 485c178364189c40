export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-message.ts';
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './lib/adapters/to-node-handler.ts';
