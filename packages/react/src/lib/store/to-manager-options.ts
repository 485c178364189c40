import { endpoint, type TokenFetcher, type TokenManagerOptions } from '@realtime-session/core';
import type { RealtimeSessionOptions } from './session-options.ts';

/**
 * Options of a token manager that always uses the latest fetcher, headers and callbacks.
 *
 * @param latest - The options as last rendered.
 */
export function toManagerOptions<Params, Session>(
  latest: () => RealtimeSessionOptions<Params, Session>,
): TokenManagerOptions<Params, Session> {
  return {
    ...latest(),
    fetchToken: (request) => fetcherOf(latest())(request),
    onEvent: (event) => latest().onEvent?.(event),
  };
}

function fetcherOf<Params, Session>(options: RealtimeSessionOptions<Params, Session>): TokenFetcher<Params> {
  if (options.fetchToken) return options.fetchToken;
  const { headers, credentials } = options;
  return endpoint<Params>(options.endpoint, { headers, credentials });
}
