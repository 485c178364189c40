import type { RealtimeSessionOptions } from './session-options.ts';

/**
 * What makes two components share a store: their `key`, or their `endpoint` and `params` compared by value.
 *
 * @param options - As rendered.
 * @returns `undefined` for a `fetchToken` without a `key`, whose store belongs to its component alone.
 */
export function sessionKey<Params, Session>(
  options: RealtimeSessionOptions<Params, Session>,
): string | undefined {
  if (options.key !== undefined) return `key ${options.key}`;
  return options.endpoint === undefined
    ? undefined
    : `endpoint ${options.endpoint} ${valueKey(options.params)}`;
}

/**
 * A string that is the same for equal values, in whatever order their keys were written.
 *
 * @param value - Anything JSON can say; what it cannot is left out.
 */
export function valueKey(value: unknown): string {
  return JSON.stringify([value], (_key, part: unknown) => (isPlain(part) ? sorted(part) : part));
}

function isPlain(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

function sorted(part: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
