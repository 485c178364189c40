import type { ConnectionError } from '../errors/connection-error.ts';

/**
 * Whether a failure may pass by itself: `lost`, `network` and `timeout`; `rejected` with status 429 or 5xx, unless the quota
 * is used up; `token`, unless its cause is fatal.
 *
 * @param error - The failure.
 */
export function isTransient({ code, status = 0, apiCode, cause }: ConnectionError): boolean {
  if (code === 'token') return !(cause as { readonly fatal?: unknown } | undefined)?.fatal; // a TokenError, or whatever the source threw
  return /lost|network|timeout/.test(code) || (status > 428 && !/quota|balance/.test(apiCode ?? ''));
}

/**
 * How long to wait before a try: half a second at first, then twice as long each time, up to half a minute; half of it by
 * chance, so that a server that comes back is not met by everyone at once.
 *
 * @param attempt - Which try, counted from 1.
 * @param random - A number in [0, 1).
 * @returns milliseconds.
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(30_000, 250 * 2 ** attempt) * (1 - random / 2);
}
