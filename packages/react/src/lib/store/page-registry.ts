import { createRegistry, type Registry } from './registry.ts';

let registry: Registry | undefined;

/** The page's registry, made when first asked for; `undefined` on a server, where requests must not meet. */
export function pageRegistry(): Registry | undefined {
  if (typeof document === 'undefined') return undefined;
  registry ??= createRegistry();
  return registry;
}
