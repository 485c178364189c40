/** Error statuses below 500 that a second try may cure. */
const RETRYABLE: readonly number[] = [408, 425, 429];
/** Upstream codes that waiting does not cure. */
const EXHAUSTED: readonly (string | undefined)[] = ['insufficient_quota', 'credit_balance_exhausted'];

/**
 * Whether an error status is worth no second try.
 *
 * @param status - The HTTP status, 400 or more.
 * @param code - The error code in the body, if one was readable.
 * @returns `true` for every 4xx but 408, 425 and 429, and for a 429 that says the quota is used up.
 */
export function isFatalStatus(status: number, code: string | undefined): boolean {
  return EXHAUSTED.includes(code) || (status < 500 && !RETRYABLE.includes(status));
}
