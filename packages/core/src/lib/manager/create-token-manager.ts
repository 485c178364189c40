import { systemEnvironment } from '../environment/system-environment.ts';
import type { TokenError } from '../errors/token-error.ts';
import { runParser } from '../source/run-parser.ts';
import { invalidate, reset } from '../state/moves.ts';
import { burnsOnUse, isUsable } from '../state/token-life.ts';
import type { SessionInfo } from '../token/ephemeral-token.ts';
import { parseOpenAI } from '../token/parse-openai.ts';
import type { TokenParser } from '../token/parsed-token.ts';
import { getToken } from './get-token.ts';
import { listen } from './listeners.ts';
import type { TokenManagerOptions } from './options.ts';
import { readSettings } from './read-settings.ts';
import { Runner } from './runner.ts';
import { takeLease } from './take-lease.ts';
import { takeOver } from './take-over.ts';
import type { TokenManager } from './token-manager.ts';
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
  const { fetchToken, environment = systemEnvironment, onEvent, initialToken } = options;
  const settings = readSettings(options);
  // Without `parse` the session has the default type, which the compiler cannot see from here.
  const parse = options.parse ?? (parseOpenAI as TokenParser<unknown> as TokenParser<Session>);
  // `undefined` is what a fetcher gets when no params were given.
  const runner = new Runner({ fetchToken, parse, settings, environment }, options.params as Params);

  const take = (raw: unknown): TokenError | undefined =>
    takeOver(runner, runParser(parse, raw), { clock: environment.clock, ...settings });

  if (onEvent) listen(runner.events, onEvent);
  if (initialToken !== undefined) take(initialToken);
  const initialState = runner.readState();

  const manager: TokenManager<Params, Session> = {
    getToken: (wish = {}) => getToken(runner, wish),
    peek() {
      const model = runner.look();
      return isUsable(model) && !burnsOnUse(model, model.held) ? model.held.token : undefined;
    },
    prefetch: () =>
      runner.turn((model) => {
        model.unused = 0;
        model.isWanted = true;
      }),
    invalidate: (token) => runner.turn((model) => invalidate(model, token?.value)),
    setToken(raw) {
      const error = runner.look().isDisposed ? undefined : take(raw);
      if (error) throw error;
    },
    reset(params = runner.params) {
      runner.params = params;
      runner.turn(reset);
    },
    keepFresh: () => takeLease(runner),
    withToken: (use, wish) => withToken(manager, use, wish),
    toApiKey: () => () => manager.getToken().then(({ value }) => value),
    getState: () => runner.readState(),
    getInitialState: () => initialState,
    subscribe: (listener) => runner.watch(listener),
    on: (listener) => listen(runner.events, listener),
    dispose: () => runner.dispose(),
    [Symbol.dispose]: () => runner.dispose(),
  };
  return manager;
}
