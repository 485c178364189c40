const RETRYABLE_4XX: ReadonlySet<number> = new Set([408, 425, 429]);

/** Upstream codes of a 429 that waiting does not cure. */
const EXHAUSTED_CODES: ReadonlySet<string> = new Set(['insufficient_quota', 'credit_balance_exhausted']);

/**
 * Whether an error status is worth no second try.
 *
 * @param status - The HTTP status, 400 or more.
 * @param code - The error code in the body, if one was readable.
 * @returns `true` for every 4xx but 408, 425 and 429, and for a 429 that says the quota is used up.
 */
export function isFatalStatus(status: number, code: string | undefined): boolean {
  if (code !== undefined && EXHAUSTED_CODES.has(code)) return true;
  return status < 500 && !RETRYABLE_4XX.has(status);
}
