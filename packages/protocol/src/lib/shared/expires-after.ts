import { z } from 'zod';

/** Shortest token lifetime a caller may ask for, in seconds (documented range 10..7200). */
export const MIN_TTL_SECONDS = 10;

/** Longest token lifetime a caller may ask for, in seconds (documented range 10..7200). */
export const MAX_TTL_SECONDS = 7200;

const secondsSchema = z.int().min(MIN_TTL_SECONDS).max(MAX_TTL_SECONDS);

/**
 * When the token stops opening sessions. The reference calls `anchor` defaulted, the live API refuses the object
 * without it ("Missing required parameter: 'expires_after.anchor'."), so it is required here.
 */
export const expiresAfterSchema = z.strictObject({
  /** What `seconds` counts from. `created_at` is the only value. */
  anchor: z.literal('created_at'),
  /** Lifetime in whole seconds, 10..7200. The issuer's default (600) when absent. */
  seconds: secondsSchema.optional(),
});

/** When the token stops opening sessions. */
export type ExpiresAfter = z.infer<typeof expiresAfterSchema>;

/** The same setting under the name older requests used (`client_secret.expires_at`), where the anchor was optional. */
export const legacyExpiresAtSchema = z.strictObject({
  /** What `seconds` counts from. `created_at` is the only value, and the default. */
  anchor: z.literal('created_at').optional(),
  /** Lifetime in whole seconds, 10..7200. */
  seconds: secondsSchema.optional(),
});
