export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export {
  toHonoHandler,
  type HonoConnInfo,
  type HonoContextLike,
  type HonoHandlerOptions,
} from './lib/adapters/to-hono-handler.ts';
