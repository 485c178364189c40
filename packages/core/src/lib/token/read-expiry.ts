import type { ParsedToken } from './parsed-token.ts';

/** ISO 8601 with a time zone, or an HTTP date: any other text is read differently from machine to machine. */
const ZONED_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$|^[a-z]{3}, .* GMT$/i;
/** Numbers below this are unix seconds, numbers from here on are milliseconds. */
const SECONDS_BELOW = 1e11;

/**
 * Reads the expiry that stands beside a token's value.
 *
 * @param beside - The object that holds the value. Read: `expires_in`, `expires_in_seconds`, `expiresIn` (seconds from
 * minting), then `expires_at`, `expiresAt` (unix seconds, unix milliseconds, or a date with its
 * time zone).
 * @returns what was named; 0, negative numbers, dates without a time zone and unreadable values count as not named.
 */
export function readExpiry(
  beside: Record<string, unknown>,
): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const seconds = beside['expires_in'] ?? beside['expires_in_seconds'] ?? beside['expiresIn'];
  const moment = beside['expires_at'] ?? beside['expiresAt'];
  const number = positive(moment) ?? positive(isZonedDate(moment) && Date.parse(moment));
  return {
    expiresInMs: positive((positive(seconds) ?? 0) * 1000),
    expiresAtMs: number && number < SECONDS_BELOW ? number * 1000 : number,
  };
}

function isZonedDate(value: unknown): value is string {
  return typeof value === 'string' && ZONED_DATE.test(value);
}

function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number < Infinity ? number : undefined;
}
