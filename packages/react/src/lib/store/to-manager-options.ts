import {
  endpoint,
  type TokenFetcher,
  type TokenManagerOptions,
  type TokenParser,
} from '@realtime-session/core';
import type { RealtimeSessionOptions } from './session-options.ts';

/**
 * Options of a token manager that always uses the latest fetcher, headers and callbacks.
 *
 * @param latest - The options as last rendered.
 */
export function toManagerOptions<Params, Session>(
  latest: () => RealtimeSessionOptions<Params, Session>,
): TokenManagerOptions<Params, Session> {
  const first = latest();
  return {
    ...first,
    fetchToken: (request) => fetcherOf(latest())(request),
    parse: latestParser(latest),
    retry: {
      ...first.retry,
      isFatal: (error) => latest().retry?.isFatal?.(error) ?? error.fatal,
    },
    onEvent: (event) => latest().onEvent?.(event),
  };
}

function fetcherOf<Params, Session>(options: RealtimeSessionOptions<Params, Session>): TokenFetcher<Params> {
  if (options.fetchToken) return options.fetchToken;
  const { headers, credentials } = options;
  return endpoint<Params>(options.endpoint, { headers, credentials });
}

/** A function is looked up at every call; a schema, or no parser at all, stays what it was. */
function latestParser<Params, Session>(
  latest: () => RealtimeSessionOptions<Params, Session>,
): TokenParser<Session> | undefined {
  const { parse } = latest();
  if (typeof parse !== 'function') return parse;
  return (raw) => {
    const now = latest().parse;
    return (typeof now === 'function' ? now : parse)(raw);
  };
}
