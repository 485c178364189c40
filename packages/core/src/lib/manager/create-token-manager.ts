import { TokenError } from '../errors/token-error.ts';
import { defaultEnvironment } from '../environment/default-environment.ts';
import { runParser } from '../source/run-parser.ts';
import { checkLife } from '../state/check-arrival.ts';
import { burnsOnUse, isDue, isUsable, remainingMs } from '../state/token-life.ts';
import type { Arrival, Settings } from '../state/step.ts';
import { instantOf } from '../time/instant.ts';
import type { EphemeralToken, SessionInfo } from '../token/ephemeral-token.ts';
import { parseOpenAI } from '../token/parse-openai.ts';
import type { ParsedToken, TokenParser } from '../token/parsed-token.ts';
import type { TokenManagerOptions } from './options.ts';
import { receiveFromElsewhere } from './receive.ts';
import { Runner } from './runner.ts';
import { readCallLimits, readSettings } from './settings.ts';
import type { GetTokenOptions, TokenManager } from './token-manager.ts';
import { abortedError } from './waiting-room.ts';
import { withToken } from './with-token.ts';

/**
 * A manager that keeps one ephemeral token usable: fetches it when it is first needed, hands it out while it is fresh,
 * and refreshes it before it expires while anyone holds a lease.
 *
 * @param options - Where tokens come from; everything else has a default that is right for OpenAI.
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
  const settings = readSettings(options);
  const limits = readCallLimits(options);
  const environment = options.environment ?? defaultEnvironment();
  const { clock } = environment;
  // Without `parse` the session has the default type, which the compiler cannot see from here.
  const parse = options.parse ?? (parseOpenAI as TokenParser<unknown> as TokenParser<Session>);
  let params = options.params as Params; // `undefined` is what a fetcher gets when no params were given
  const runner = new Runner({
    fetchToken: options.fetchToken,
    parse,
    params,
    settings,
    environment,
    ...limits,
  });
  const elsewhere = (raw: unknown): Arrival<Session> =>
    receiveFromElsewhere(parseAtOnce(parse, raw), { clock, ...limits });

  if (options.onEvent) runner.events.add(options.onEvent);
  if (options.initialToken !== undefined) {
    const arrival = elsewhere(options.initialToken);
    if (checkLife(arrival, runner.surroundings()) === undefined) runner.dispatch({ type: 'set', arrival });
  }
  const initialState = runner.readState();

  const manager: TokenManager<Params, Session> = {
    getToken: (wish = {}) => getToken(runner, settings, wish),
    peek() {
      const { held } = runner.model;
      return isUsable(held, instantOf(clock)) && !burnsOnUse(held, settings) ? held.token : undefined;
    },
    prefetch: () => runner.dispatch({ type: 'prefetch' }),
    invalidate: (token) => runner.dispatch({ type: 'invalidate', value: token?.value }),
    setToken(raw) {
      if (runner.model.phase === 'disposed') return;
      const arrival = elsewhere(raw);
      const refused = checkLife(arrival, runner.surroundings());
      if (refused) throw refused;
      runner.dispatch({ type: 'set', arrival });
    },
    reset(next = params) {
      params = next;
      runner.reset(next);
    },
    keepFresh: () => takeLease(runner),
    withToken: (use, wish) => withToken(manager, use, wish),
    toApiKey: () => async () => (await manager.getToken()).value,
    getState: () => runner.readState(),
    getInitialState: () => initialState,
    subscribe: (listener) => runner.watch(listener),
    on: (listener) => runner.events.add(listener),
    dispose: () => runner.dispose(),
    [Symbol.dispose]: () => runner.dispose(),
  };
  return manager;
}

function takeLease<P, S>(runner: Runner<P, S>): () => void {
  let held: 'held' | 'released' = 'held';
  runner.dispatch({ type: 'lease' });
  return () => {
    if (held === 'released') return;
    held = 'released';
    runner.dispatch({ type: 'release' });
  };
}

function parseAtOnce<S>(parse: TokenParser<S>, raw: unknown): ParsedToken<S> {
  const parsed = runParser(parse, raw);
  if (!(parsed instanceof Promise)) return parsed;
  throw new TokenError(
    'invalid-options',
    'A token minted elsewhere must be readable at once, and this parse is asynchronous. Fetch the token instead.',
    { fatal: true },
  );
}

function getToken<P, S>(
  runner: Runner<P, S>,
  settings: Settings,
  wish: GetTokenOptions,
): Promise<EphemeralToken<S>> {
  const { signal, minRemainingMs, force } = wish;
  if (signal?.aborted === true) return rejected(abortedError(signal));
  if (minRemainingMs !== undefined && !(minRemainingMs >= 0)) return rejected(invalidMinimum());
  const fresh = force === true ? undefined : freshToken(runner, settings, minRemainingMs);
  if (fresh) {
    if (runner.model.unusedRefreshes > 0) runner.dispatch({ type: 'take' });
    return Promise.resolve(fresh);
  }
  const { waiterId, promise } = runner.room.enter(signal, (id) =>
    runner.dispatch({ type: 'leave', waiterId: id }),
  );
  runner.dispatch({ type: 'get', waiterId, minRemainingMs, force: force === true ? 'force' : 'any' });
  return promise;
}

function invalidMinimum(): TokenError {
  return new TokenError('invalid-options', 'getToken: minRemainingMs must be a number, 0 or more.', {
    fatal: true,
  });
}

/** Nobody has to look: a caller that ignores the promise must not crash a process. */
function rejected(error: TokenError): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => undefined);
  return promise;
}

/** The warm path: a token that is not due for refresh is handed out without any further work. */
function freshToken<P, S>(
  runner: Runner<P, S>,
  settings: Settings,
  minRemainingMs: number | undefined,
): EphemeralToken<S> | undefined {
  const { held } = runner.model;
  if (held === undefined || burnsOnUse(held, settings)) return undefined;
  const now = instantOf(runner.clock);
  if (isDue(held, now) || remainingMs(held, now) < (minRemainingMs ?? 0)) return undefined;
  return held.token;
}
