export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-message.ts';
export {
  toFastifyHandler,
  type FastifyHandler,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './lib/adapters/to-fastify-handler.ts';
