import {
  endpoint,
  type TokenFetcher,
  type TokenManagerOptions,
  type TokenParser,
} from '@realtime-session/core';
import type { ManagerSource } from './manager-source.ts';
import type { UseRealtimeSessionOptions } from './session-options.ts';

/**
 * Options of a token manager that always uses the latest fetcher, headers and callbacks.
 *
 * @param source - Where they come from.
 */
export function toManagerOptions<Params, Session>(
  source: ManagerSource<Params, Session>,
): TokenManagerOptions<Params, Session> {
  const latest = source.options;
  const first = latest();
  return {
    ...first,
    fetchToken(request) {
      source.beforeMint?.();
      return fetcherOf(latest())(request);
    },
    parse: latestParser(latest),
    retry: {
      ...first.retry,
      isFatal: (error) => latest().retry?.isFatal?.(error) ?? error.fatal,
    },
    onEvent: (event) => latest().onEvent?.(event),
  };
}

function fetcherOf<Params, Session>(
  options: UseRealtimeSessionOptions<Params, Session>,
): TokenFetcher<Params> {
  if (options.fetchToken) return options.fetchToken;
  const { headers, credentials } = options;
  return endpoint<Params>(options.endpoint, { headers, credentials });
}

/** A function is looked up at every call; a schema, or no parser at all, stays what it was. */
function latestParser<Params, Session>(
  latest: ManagerSource<Params, Session>['options'],
): TokenParser<Session> | undefined {
  const { parse } = latest();
  if (typeof parse !== 'function') return parse;
  return (raw) => {
    const now = latest().parse;
    return (typeof now === 'function' ? now : parse)(raw);
  };
}
