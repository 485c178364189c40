import type { UseRealtimeSessionOptions } from './session-options.ts';

/**
 * What makes two components share a store, and what makes one component change stores: `key`, or else `endpoint`,
 * together with `params`, compared by value.
 *
 * @param options - As rendered.
 */
export function sessionKey<Params, Session>({
  key,
  endpoint,
  params,
}: UseRealtimeSessionOptions<Params, Session>): string {
  return valueKey(key === undefined ? ['endpoint', endpoint, params] : ['key', key, params]);
}

/** A string that is the same for equal values, in whatever order their keys were written. */
function valueKey(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isObject(part) ? comparable(part) : part));
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

/** Maps, sets and the like say nothing as JSON, and would all be equal. */
function comparable(part: object): unknown {
  return Symbol.iterator in part
    ? [...(part as Iterable<unknown>)] // what the line above says
    : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
