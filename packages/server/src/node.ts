export type { TrustProxy } from './lib/adapters/client-address.ts';
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './lib/adapters/to-node-handler.ts';
