/** Longest wait a server may ask for: one day. What is longer is treated as this. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/** The part of `Headers` that is read. */
export interface HeaderReader {
  /** A header's value, or `null`. */
  get(name: string): string | null;
}

/**
 * How long an answer asks to wait.
 *
 * @param headers - Read for `retry-after-ms` (milliseconds), then `retry-after` (seconds or an HTTP date).
 * @param nowMs - The server's time if known, else this machine's, in milliseconds since 1970; dates are relative to it.
 * @returns milliseconds in 0…86 400 000, or `undefined` when nothing readable was asked.
 */
export function parseRetryAfter(headers: HeaderReader, nowMs: number): number | undefined {
  const asked = headers.get('retry-after') ?? '';
  const ms = [
    number(headers.get('retry-after-ms') ?? ''),
    number(asked) * 1000,
    Date.parse(asked) - nowMs,
  ].find((wait) => !Number.isNaN(wait));
  return ms === undefined ? ms : boundedWaitMs(ms);
}

/**
 * A wait that can be kept, whoever asked for it: fetchers may throw errors with any number in them.
 *
 * @param ms - Milliseconds, or anything.
 * @returns milliseconds in 0…86 400 000; 0 for `undefined` and NaN.
 */
export function boundedWaitMs(ms: number | undefined = 0): number {
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}

function number(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}
