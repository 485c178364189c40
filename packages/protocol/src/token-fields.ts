import { z } from 'zod';

/** Minimum of `expires_after.seconds`: the shortest token lifetime that a request can set, in seconds. */
export const MIN_TTL_SECONDS = 10;

/** Maximum of `expires_after.seconds`: the longest token lifetime that a request can set, in seconds. */
export const MAX_TTL_SECONDS = 7200;

const secondsSchema = z.int().min(MIN_TTL_SECONDS).max(MAX_TTL_SECONDS);

/**
 * The lifetime of a token. The API reference gives `anchor` a default, but the API rejects the object without it
 * ("Missing required parameter: 'expires_after.anchor'."), so this schema requires it.
 */
export const expiresAfterSchema = z.strictObject({
  /** The start of the lifetime. `created_at` is the only value. */
  anchor: z.literal('created_at'),
  /** The lifetime in whole seconds, 10 to 7200. Default: 600. */
  seconds: secondsSchema.optional(),
});

/** The lifetime of a token. */
export type ExpiresAfter = z.infer<typeof expiresAfterSchema>;

/** The older form of the lifetime (`client_secret.expires_at`), where the anchor is optional. */
export const legacyExpiresAtSchema = z.strictObject({
  /** The start of the lifetime. `created_at` is the only value and the default. */
  anchor: z.literal('created_at').optional(),
  /** The lifetime in whole seconds, 10 to 7200. */
  seconds: secondsSchema.optional(),
});

/** The ephemeral token: at least one character that is not white space. */
export const tokenValueSchema = z.string().regex(/\S/, 'must not be blank');

/** A time in Unix seconds, greater than 0. */
export const expiresAtSecondsSchema = z.number().positive();
