import type { TokenFetcher, TokenRequest } from './token-fetcher.ts';

/** A call a scripted fetcher received. */
export interface ScriptedCall<Params = unknown> extends TokenRequest<Params> {
  /** Answers it. */
  resolve(answer: unknown): void;
  /** Fails it. */
  reject(error: unknown): void;
}

/** A token fetcher whose answers a test decides. */
export interface ScriptedFetcher<Params = unknown> {
  /** Give this to `createTokenManager()`. */
  readonly fetchToken: TokenFetcher<Params>;
  /** Every call so far, first one first. */
  readonly calls: readonly ScriptedCall<Params>[];
  /**
   * Answers the coming calls, one each, at once. An `Error` fails the call.
   *
   * @param answers - In order. Calls beyond them stay open until the test answers them through `calls`.
   */
  script(...answers: unknown[]): void;
}

/**
 * A token fetcher for tests.
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
    script: (...answers) => void script.push(...answers),
    fetchToken: (request) =>
      new Promise<unknown>((resolve, reject) => {
        const call: ScriptedCall<Params> = {
          ...request,
          resolve,
          reject,
        };
        calls.push(call);
        if (script.length === 0) return;
        const answer = script.shift();
        if (answer instanceof Error) call.reject(answer);
        else call.resolve(answer);
      }),
  };
}
