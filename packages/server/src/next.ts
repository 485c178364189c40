export type { TrustedHops } from './lib/address.ts';
export { toNextHandler, type NextHandlerOptions } from './lib/adapters/next.ts';
