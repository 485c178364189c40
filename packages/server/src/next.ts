export type { TrustedHops } from './lib/adapters/client-address.ts';
export { toNextHandler, type NextHandlerOptions } from './lib/adapters/to-next-handler.ts';
