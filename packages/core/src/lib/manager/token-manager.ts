import type { TokenEvent } from '../state/token-event.ts';
import type { TokenState } from '../state/token-state.ts';
import type { EphemeralToken, SessionInfo } from '../token/ephemeral-token.ts';

/** How to get a token. */
export interface GetTokenOptions {
  /** How much life the token must have left, in milliseconds, 0 or more. Default: min(5 s, 10 % of its lifetime). */
  readonly minRemainingMs?: number | undefined;
  /** Fetch a new one even if the current one is fine. Concurrent forced calls share one mint. */
  readonly force?: true | undefined;
  /** Leaves the queue when aborted. The network call goes on while anyone else waits for it. */
  readonly signal?: AbortSignal | undefined;
}

/** How {@link TokenManager.withToken} tries again. */
export interface WithTokenOptions {
  /**
   * Whether an outcome says that the API refused the token. Called with what `use` threw, or with what it returned.
   * Default: status 401, code `invalid_api_key`, or WebSocket close code 3000.
   */
  readonly isRejected?: ((outcome: unknown) => boolean) | undefined;
  /** Leaves the queue for a token when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The read side: zustand's read-only store shape, ready for `useSyncExternalStore` and zustand's `useStore`. */
export interface TokenStateReader {
  /** The current state. The reference is stable until something changes. */
  getState(): TokenState;
  /** The state at creation: what a server renders and a browser hydrates. */
  getInitialState(): TokenState;
  /**
   * Listens for state changes.
   *
   * @param listener - Called after a change with the new state and the one before.
   * @returns stops listening.
   */
  subscribe(listener: (state: TokenState, previous: TokenState) => void): () => void;
}

/** Keeps one ephemeral token usable. Made by `createTokenManager()`. */
export interface TokenManager<Params = unknown, Session = SessionInfo> extends TokenStateReader {
  /**
   * A token fresh enough to open a session now.
   *
   * @param options - How fresh, whether to insist on a new one, and how to stop waiting.
   * @throws TokenError after `retry.limit` failed tries, at once when a failure is fatal, with `aborted`, `superseded` or
   * `disposed` when the wait was ended, and with `invalid-options` for a `minRemainingMs` that is no such number.
   */
  getToken(options?: GetTokenOptions): Promise<EphemeralToken<Session>>;
  /** The current token if it is usable. Synchronous, never fetches. `undefined` under `reuse: 'once'`. */
  peek(): EphemeralToken<Session> | undefined;
  /** Starts fetching if there is no fresh token, for example on `pointerenter`. Never throws, never rejects. */
  prefetch(): void;
  /**
   * Says that the API refused a token. Compare-and-swap: nothing happens unless that token is still the current one, so
   * many late refusals cost one mint.
   *
   * @param token - The refused token. Default: whatever is current.
   */
  invalidate(token?: EphemeralToken<Session>): void;
  /**
   * Takes over a token minted elsewhere, by server rendering for example. Anyone waiting is served by it.
   *
   * @param raw - The mint route's answer, in any shape `parse` reads.
   * @throws TokenError when it holds no usable token; the current one is kept then.
   */
  setToken(raw: unknown): void;
  /**
   * Forgets everything and drops what is in flight: sign-out, another user, other params. Waiters get `superseded`.
   *
   * @param params - The params from now on. Default: the same as before.
   */
  reset(params?: Params): void;
  /**
   * Takes a lease: while anyone holds one and the page is visible, the token is refreshed before it expires.
   *
   * @returns releases the lease; calling it twice does nothing.
   */
  keepFresh(): () => void;
  /**
   * Runs something with a token, and once more with a new one if the API refused the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as refused.
   */
  withToken<T>(use: (token: EphemeralToken<Session>) => Promise<T>, options?: WithTokenOptions): Promise<T>;
  /** A function for options like `apiKey` of `new OpenAI()` and of `RealtimeSession.connect()`: a fresh value each call. */
  toApiKey(): () => Promise<string>;
  /**
   * Listens to what the manager does.
   *
   * @param listener - Called after the fact; what it throws is ignored.
   * @returns stops listening.
   */
  on(listener: (event: TokenEvent) => void): () => void;
  /** Ends everything: no timer, listener or request is left, and waiters get `disposed`. Idempotent. */
  dispose(): void;
  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void;
}
