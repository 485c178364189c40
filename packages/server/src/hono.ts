export type { TrustedHops, TrustProxy } from './lib/address.ts';
export {
  toHonoHandler,
  type HonoConnInfo,
  type HonoContextLike,
  type HonoHandlerOptions,
} from './lib/adapters/hono.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
