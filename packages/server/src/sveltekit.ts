export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { SvelteKitEventLike } from './lib/adapters/svelte-kit-event.ts';
export { toSvelteKitHandler } from './lib/adapters/to-svelte-kit-handler.ts';
