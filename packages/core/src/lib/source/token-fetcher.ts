/** Why a token is being fetched. */
export type RefreshReason =
  'initial' | 'proactive' | 'demand' | 'forced' | 'invalidated' | 'visible' | 'online' | 'resume';

/** What a token fetcher is told. */
export interface TokenRequest<Params = unknown> {
  /** The manager's current `params`, as given. */
  readonly params: Params;
  /** Why. */
  readonly reason: RefreshReason;
  /** 1 for the first try since the last success. */
  readonly attempt: number;
  /** Aborted when nobody waits any more, at `timeoutMs`, on `reset()` and on `dispose()`. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Gets a token from wherever tokens come from. It may return the wire answer of the mint route (parsed JSON), a
 * `Response` as `fetch` gives it, or a bare string. Throw a `TokenError` to say whether a failure is fatal.
 */
export type TokenFetcher<Params = unknown> = (request: TokenRequest<Params>) => unknown;
