/** One of something for users and one for addresses. */
export interface BySubject<T> {
  /** For the buckets of users, whose keys start with `principal:`. */
  readonly perPrincipal: T;
  /** For the buckets of addresses, whose keys start with `address:`. */
  readonly perAddress: T;
}

/**
 * Picks the one a key belongs to.
 *
 * @param pair - One for each kind of bucket.
 * @param key - As a handler gives it to `Limiter.consume`.
 */
export function forKey<T>(pair: BySubject<T>, key: string): T {
  return key.startsWith('address:') ? pair.perAddress : pair.perPrincipal;
}
