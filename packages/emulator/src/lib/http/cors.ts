import type { IncomingMessage } from 'node:http';
import type { Route } from './route.ts';

const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'location, x-request-id, retry-after, retry-after-ms',
};

/**
 * What lets a page make a call: offers come from browsers, every other request from servers, and a page that tries one of
 * those is stopped by its browser.
 *
 * @param route - What is asked for.
 */
export function corsHeaders(route: Route | undefined): Readonly<Record<string, string>> {
  return route?.kind === 'call' ? HEADERS : {};
}

/**
 * The headers of the answer to a browser that asks before it posts an offer; `undefined` for any other request.
 *
 * @param request - Node's request.
 * @param route - What it is for.
 */
export function preflightHeaders(
  request: IncomingMessage,
  route: Route | undefined,
): Readonly<Record<string, string>> | undefined {
  if (request.method !== 'OPTIONS' || route?.kind !== 'call') return undefined;
  const asked = request.headers['access-control-request-headers'];
  return {
    ...HEADERS,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': typeof asked === 'string' ? asked : 'authorization, content-type',
    'access-control-max-age': '600',
  };
}
