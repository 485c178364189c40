import { createEffects, type Effects } from './effects.ts';
import { assertInRange, resolveOptions, type TokenManagerOptions } from './options.ts';
import { checkLifetime } from './state/mint-result.ts';
import { isDue, isSingleUse, type Model, type Waiter } from './state/model.ts';
import type { TokenEvent } from './state/token-event.ts';
import type { TokenState } from './state/token-state.ts';
import {
  addLease,
  addWaiter,
  adoptToken,
  disposedError,
  invalidate,
  markUsed,
  removeLease,
  removeWaiter,
  requestPrefetch,
  reset,
} from './state/transitions.ts';
import { TokenError } from './token-error.ts';
import { getRemainingMs } from './token/lifetime.ts';
import {
  parseOpenAI,
  parseToken,
  type ParsedToken,
  type SessionInfo,
  type TokenParser,
} from './token/parse.ts';
import { createInitialToken, fromExternal, type EphemeralToken } from './token/token.ts';
import { withToken, type WithTokenOptions } from './with-token.ts';

/** Options of {@link TokenManager.getToken}. */
export interface GetTokenOptions {
  /** Minimum remaining lifetime of the token, in milliseconds, 0 or more. Default: min(5 s, 10 % of its lifetime). */
  readonly minRemainingMs?: number | undefined;
  /** Fetches a new token even if the current one is fresh. Concurrent forced calls share one mint. */
  readonly force?: true | undefined;
  /** Stops waiting when aborted. The request continues while another caller waits for it. */
  readonly signal?: AbortSignal | undefined;
}

/** The read side: zustand's read-only store interface, ready for `useSyncExternalStore` and zustand's `useStore`. */
export interface TokenStateReader {
  /** Returns the current state. The reference is stable until something changes. */
  getState(): TokenState;
  /**
   * Returns the state at creation, which a server renders and a browser hydrates: `ready` with an `initialToken`, even if it
   * has expired, else `idle`.
   */
  getInitialState(): TokenState;
  /**
   * Listens for state changes.
   *
   * @param listener - Called after a change with the new and the previous state.
   * @returns stops listening.
   */
  subscribe(listener: (state: TokenState, previous: TokenState) => void): () => void;
}

/** Keeps one ephemeral token usable. Created by `createTokenManager()`. */
export interface TokenManager<Params = unknown, Session = SessionInfo> extends TokenStateReader {
  /**
   * Returns a token that is fresh enough to open a session now.
   *
   * @param options - The minimum lifetime, whether to fetch a new token, and a signal to stop waiting.
   * @throws TokenError after `retry.limit` failed attempts or immediately if a failure is fatal; `aborted`, `superseded` or
   * `disposed` if waiting was ended; `invalid-options` for a `minRemainingMs` out of its range.
   */
  getToken(options?: GetTokenOptions): Promise<EphemeralToken<Session>>;
  /**
   * Returns the current token if it is usable. Synchronous, never fetches. `undefined` with `reuse: 'once'`. An
   * `initialToken` is returned unchecked until the first call, subscription or lease.
   */
  peek(): EphemeralToken<Session> | undefined;
  /** Starts fetching if there is no fresh token, for example on `pointerenter`. Never throws, never rejects. */
  prefetch(): void;
  /**
   * Reports that the API rejected a token. Compare-and-swap: does nothing unless that token is still the current one, so
   * that many late rejections cost one mint.
   *
   * @param token - The rejected token. Default: the current one.
   */
  invalidate(token?: EphemeralToken<Session>): void;
  /**
   * Adopts a token that was minted elsewhere, during server rendering for example. Resolves pending callers with it.
   *
   * @param raw - The mint route's response, in any format `parse` reads.
   * @throws TokenError if it contains no usable token; the current one is kept then.
   */
  setToken(raw: unknown): void;
  /**
   * Forgets the token and discards a running request: for another user or other params. Pending callers reject with
   * `superseded`. Leases stay, so with one the next token is requested immediately: for a sign-out, use `dispose()`.
   *
   * @param params - The new params. Default: the previous ones.
   */
  reset(params?: Params): void;
  /**
   * Takes a lease: while there is one and the page is visible, the token is refreshed before it expires.
   *
   * @returns releases the lease; calling it twice does nothing.
   */
  keepFresh(): () => void;
  /**
   * Calls a function with a token, and a second time with a new one if the API rejected the first.
   *
   * @param use - Connects with the token.
   * @param options - What counts as a rejection.
   */
  withToken<T>(use: (token: EphemeralToken<Session>) => Promise<T>, options?: WithTokenOptions): Promise<T>;
  /** Returns a function for options like `apiKey` of `new OpenAI()` and `RealtimeSession.connect()`: each call returns a fresh value. */
  toApiKey(): () => Promise<string>;
  /**
   * Listens for events.
   *
   * @param listener - Called after the event. An error it throws is ignored.
   * @returns stops listening.
   */
  on(listener: (event: TokenEvent) => void): () => void;
  /** Ends the manager: no timer, listener or request remains, and pending callers reject with `disposed`. Idempotent. */
  dispose(): void;
  /** The same as `dispose()`, for `using`. Missing where the runtime has no `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/**
 * Creates a manager that keeps one ephemeral token usable: it fetches the token when it is first needed, returns it while it
 * is fresh, and refreshes it before it expires while there is a lease.
 *
 * Creating a manager and reading its initial state has no effects, and reads no clock, so it may happen while a framework
 * prerenders.
 *
 * @param options - Where tokens come from. Everything else has a default that is right for OpenAI.
 * @throws TokenError `invalid-options` for an option out of its range, `invalid-response` for a malformed `initialToken`.
 *
 * @example
 * ```ts
 * const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
 * const token = await tokens.getToken();
 * ```
 */
export function createTokenManager<Params = unknown, Session = SessionInfo>(
  options: TokenManagerOptions<Params, Session>,
): TokenManager<Params, Session> {
  const { fetchToken, onEvent, initialToken } = options;
  // Without `parse` the session has the default type, which the compiler cannot know here.
  const parse = options.parse ?? (parseOpenAI as TokenParser<unknown> as TokenParser<Session>);
  let params = options.params as Params; // a fetcher receives `undefined` if no params were given
  const settings = resolveOptions(options);
  const effects = createEffects<Session>(
    { ...settings, fetchToken: (request) => fetchToken({ ...request, params }), parse },
    initialToken === undefined ? undefined : createInitialToken(parseNow(parse, initialToken), settings),
  );
  const { dispatch, updateClock, peek, getState, subscribe, on, dispose } = effects;

  if (onEvent) on(onEvent);
  const initialState = getState();

  const manager: TokenManager<Params, Session> = {
    getToken: (tokenOptions = {}) => getToken(effects, tokenOptions),
    peek,
    prefetch: () => dispatch(requestPrefetch),
    invalidate: (token) => dispatch(invalidate, token?.value),
    setToken(raw) {
      const model = updateClock();
      if (model.isDisposed) return;
      const fetched = fromExternal(parseNow(parse, raw), model);
      const error = checkLifetime(model, fetched);
      if (error) throw error;
      dispatch(adoptToken, fetched);
    },
    reset(newParams = params) {
      params = newParams;
      dispatch(reset);
    },
    keepFresh() {
      let isHeld = true;
      dispatch(addLease);
      return () => {
        if (isHeld) dispatch(removeLease);
        isHeld = false;
      };
    },
    withToken: (use, withTokenOptions) => withToken(manager, use, withTokenOptions),
    toApiKey: () => () => manager.getToken().then(({ value }) => value),
    getState,
    getInitialState: () => initialState,
    subscribe,
    on,
    dispose,
    ...toDisposable(dispose),
  };
  return manager;
}

/** A runtime without `Symbol.dispose` has no `using` either. There, the key would be the text "undefined". */
function toDisposable(dispose: () => void): Disposable {
  const key = Symbol.dispose as typeof Symbol.dispose | undefined; // the types promise it everywhere
  return (key ? { [key]: dispose } : {}) as Disposable;
}

/** Parses a token that was minted elsewhere. */
function parseNow<S>(parse: TokenParser<S>, raw: unknown): ParsedToken<S> {
  const parsed = parseToken(parse, raw);
  if (!(parsed instanceof Promise)) return parsed;
  throw new TokenError('invalid-options', 'This parse is asynchronous. Use fetchToken instead.', {
    fatal: true,
  });
}

function getToken<S>(effects: Effects<S>, options: GetTokenOptions): Promise<EphemeralToken<S>> {
  const model = effects.updateClock();
  if (!isFreshEnough(model, options)) return waitForToken(effects, options);
  if (model.unusedRefreshes > 0) effects.dispatch(markUsed);
  return model.current.promise;
}

/** Whether a call needs no further work: there is a token that is not due for a refresh. */
function isFreshEnough<S>(
  model: Model<S>,
  { force, signal, minRemainingMs = 0 }: GetTokenOptions,
): model is Model<S> & { current: NonNullable<Model<S>['current']> } {
  const { current } = model;
  if (!current || force || signal?.aborted || isSingleUse(model) || isDue(model)) return false;
  return minRemainingMs >= 0 && minRemainingMs <= getRemainingMs(current, model);
}

function waitForToken<S>(
  { dispatch, updateClock }: Effects<S>,
  { signal, minRemainingMs, force }: GetTokenOptions,
): Promise<EphemeralToken<S>> {
  const promise = new Promise<EphemeralToken<S>>((resolve, reject) => {
    assertInRange('minRemainingMs', minRemainingMs ?? 0, [0]);
    const settleWith =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        signal?.removeEventListener('abort', onAbort);
        settle(value);
      };
    const waiter: Waiter<S> = {
      minRemainingMs,
      force,
      failures: 0,
      resolve: settleWith(resolve),
      reject: settleWith(reject),
    };
    const onAbort = (): void => {
      const cause: unknown = signal?.reason;
      waiter.reject(new TokenError('aborted', 'The caller aborted its signal.', { cause }));
      dispatch(removeWaiter, waiter);
    };
    if (signal?.aborted) return onAbort();
    if (updateClock().isDisposed) return reject(disposedError());
    signal?.addEventListener('abort', onAbort);
    dispatch(addWaiter, waiter);
  });
  promise.catch(() => undefined); // a caller that ignores the promise must not crash the process
  return promise;
}
