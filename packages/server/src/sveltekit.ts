export type { TrustedHops, TrustProxy } from './lib/address.ts';
export type { SvelteKitEventLike } from './lib/adapters/sveltekit-event.ts';
export { toSvelteKitHandler } from './lib/adapters/sveltekit.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
