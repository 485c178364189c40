export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { HonoConnInfo, HonoContextLike } from './lib/adapters/hono-context.ts';
export { toHonoHandler, type HonoHandlerOptions } from './lib/adapters/to-hono-handler.ts';
