export { toFastifyPlugin, type FastifyPlugin, type FastifyScopeLike } from './lib/adapters/fastify-plugin.ts';
export type { TrustedHops, TrustProxy } from './lib/address.ts';
export {
  toFastifyHandler,
  type FastifyHandler,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './lib/adapters/fastify.ts';
export type { NodeMessage, NodeResponse } from './lib/adapters/node-exchange.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
