import type { TokenFetcher, TokenRequest } from '../fetch/fetcher.ts';

/** A call a scripted fetcher received. */
export interface ScriptedCall<Params = unknown> extends TokenRequest<Params> {
  /** Completes the call with a response. */
  resolve(response: unknown): void;
  /** Fails the call. */
  reject(error: unknown): void;
}

/** A token fetcher whose responses a test controls. */
export interface ScriptedFetcher<Params = unknown> {
  /** Pass this to `createTokenManager()`. */
  readonly fetchToken: TokenFetcher<Params>;
  /** Every call so far, in order. */
  readonly calls: readonly ScriptedCall<Params>[];
  /**
   * Sets the responses to the next calls. An `Error` fails its call.
   *
   * @param responses - One for each call, in order. Further calls stay open until the test completes them through `calls`.
   */
  script(...responses: unknown[]): void;
}

/**
 * Creates a token fetcher for tests.
 *
 * @example
 * ```ts
 * const server = createScriptedFetcher();
 * server.script({ value: 'ek_1', expires_in: 600 }, new Error('down'));
 * const tokens = createTokenManager({ fetchToken: server.fetchToken });
 * ```
 */
export function createScriptedFetcher<Params = unknown>(): ScriptedFetcher<Params> {
  const calls: ScriptedCall<Params>[] = [];
  const script: unknown[] = [];
  return {
    calls,
    script: (...responses) => void script.push(...responses),
    fetchToken: (request) =>
      new Promise<unknown>((resolve, reject) => {
        const call: ScriptedCall<Params> = { ...request, resolve, reject };
        calls.push(call);
        if (script.length === 0) return;
        const response = script.shift();
        if (response instanceof Error) call.reject(response);
        else call.resolve(response);
      }),
  };
}
