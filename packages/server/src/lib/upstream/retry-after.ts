/** Nobody waits longer, and no header says so much in earnest. */
const LONGEST_WAIT_MS = 86_400_000;

/** Seconds as a decimal number, or an HTTP date. */
function secondsOrDateMs(text: string, nowMs: number): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/**
 * How long an answer asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date.
 *
 * @param headers - Headers of the answer.
 * @param nowMs - Current time, for the date form. The answer's own `Date` is preferred.
 * @returns Milliseconds, a day at most, or nothing when the answer does not say.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d+(?:\.\d+)?$/.test(exact)) return Math.min(Number(exact), LONGEST_WAIT_MS);
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  const servedMs = Date.parse(headers.get('date') ?? '');
  const waitMs = secondsOrDateMs(text, Number.isNaN(servedMs) ? nowMs : servedMs);
  return waitMs === undefined ? undefined : Math.min(waitMs, LONGEST_WAIT_MS);
}
