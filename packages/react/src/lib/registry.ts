import type { UseRealtimeSessionOptions } from './session-options.ts';
import { isServer } from './runtime.ts';
import { createSharedStore, type SharedStore } from './shared-store.ts';

/**
 * The stores of a page, or of one provider, by session key. The references are weak: components refer to the stores they
 * use, and a store whose component never mounted can be collected.
 */
export type Registry = Map<string, WeakRef<SharedStore>>;

export function createRegistry(): Registry {
  return new Map();
}

let pageRegistry: Registry | undefined;

/** The registry of a page or an app, created on first use; `undefined` on a server, where requests must not share stores. */
export function getPageRegistry(): Registry | undefined {
  if (isServer()) return undefined;
  pageRegistry ??= createRegistry();
  return pageRegistry;
}

export function getOrCreateStore<Params, Session>(
  registry: Registry,
  key: string,
  options: UseRealtimeSessionOptions<Params, Session>,
): SharedStore<Params, Session> {
  // Options with the same key have the same params and session types.
  const known = registry.get(key)?.deref() as SharedStore<Params, Session> | undefined;
  if (known) return known;
  for (const [other, reference] of registry) if (!reference.deref()) registry.delete(other);
  const store = createSharedStore(options);
  registry.set(key, new WeakRef(store as SharedStore));
  return store;
}

/** Components with equal `endpoint`, `key` and `params`, compared by value, share a store. */
export function toSessionKey<Params, Session>({
  key,
  endpoint,
  params,
}: UseRealtimeSessionOptions<Params, Session>): string {
  const identity = key === undefined ? ['endpoint', endpoint, params] : ['key', key, params, endpoint];
  return JSON.stringify(identity, (_key, part: unknown) => (isObject(part) ? toComparable(part) : part));
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

/** Sorts the keys of objects, and lists the members of maps and sets, which are all `{}` in JSON. */
function toComparable(part: object): unknown {
  return Symbol.iterator in part
    ? [...(part as Iterable<unknown>)] // it has an iterator
    : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
