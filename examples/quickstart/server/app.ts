import { fileURLToPath } from 'node:url';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';
import type { CallHandler } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import sirv from 'sirv';
import type { Backend } from './backend.ts';
import { LIVE_MODEL } from './live-route.ts';
import { createVisitorCookie, MODEL, readVisitorId } from './mint-route.ts';
import { createRouteSwitch } from './route-switch.ts';

/** How pages connect: with a token of the mint route, or through the call route. A visitor never has both. */
export type Route =
  | { readonly kind: 'tokens'; readonly handler: SessionHandler }
  | { readonly kind: 'calls' | 'live'; readonly handler: CallHandler };

const routePaths = {
  tokens: '/api/realtime-session',
  calls: '/api/realtime-call',
  live: '/api/realtime-call',
} as const;

/** What the page loads at startup. Contains nothing secret. */
interface PageConfig {
  readonly connectsBy: Route['kind'];
  readonly backend: Backend['name'];
  /** Host of the API, to display. */
  readonly apiHost: string;
  /** Where the page controls faults; `null` with a real API. */
  readonly emulatorUrl: string | null;
  readonly model: string;
  readonly isRouteBroken: boolean;
}

/** Routes requests to the mint route or the call route, the page's configuration, or the built page. */
export function createApp(backend: Backend, route: Route): RequestListener {
  const { isBroken, handleRoute, handleSwitch } = createRouteSwitch(toNodeHandler(route.handler));
  const { name, callsUrl, emulatorUrl = null } = backend;
  const servePage = createPageHandler(new URL(callsUrl));
  const apiHost = new URL(callsUrl).host;
  const model = route.kind === 'live' ? LIVE_MODEL : MODEL;
  const config = { connectsBy: route.kind, backend: name, apiHost, emulatorUrl, model };
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === routePaths[route.kind]) handleRoute(request, response);
    else if (path === '/api/demo/route') handleSwitch(request, response);
    else if (path === '/api/demo/hang-up' && route.kind !== 'tokens')
      void hangUp(route.handler, request, response);
    else if (path === '/api/config') sendConfig(request, response, { ...config, isRouteBroken: isBroken() });
    else servePage(request, response);
  };
}

/** Ends the calls of the visitor, as your server can at any time. The cookie is not sent from other sites. */
async function hangUp(calls: CallHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const principal = readVisitorId(request.headers.cookie);
  const isAllowed = request.method === 'POST' && principal !== undefined;
  response.statusCode = isAllowed ? 204 : 400;
  if (isAllowed) await calls.hangUp({ principal }).catch(() => (response.statusCode = 503));
  response.end();
}

function sendConfig(request: IncomingMessage, response: ServerResponse, config: PageConfig): void {
  const isAllowed = request.method === 'GET' || request.method === 'HEAD';
  response.writeHead(isAllowed ? 200 : 405, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isAllowed ? {} : { Allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'GET' ? JSON.stringify(config) : undefined);
}

function createPageHandler(apiUrl: URL): RequestListener {
  const serveFile = sirv(fileURLToPath(new URL('../client', import.meta.url)), {
    etag: true,
    dotfiles: false,
  });
  const policy = contentSecurityPolicy(apiUrl);
  return (request, response) => {
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (isPageRequest(request)) {
      response.setHeader('Cache-Control', 'no-store');
      if (readVisitorId(request.headers.cookie) === undefined)
        response.setHeader('Set-Cookie', createVisitorCookie());
    }
    serveFile(request, response, () => sendNotFound(response));
  };
}

function isPageRequest({ url }: IncomingMessage): boolean {
  return url === '/' || url?.startsWith('/?') === true || url === '/index.html';
}

function contentSecurityPolicy({ origin }: URL): string {
  // Calls are posted to the API; http: becomes ws: for WebSockets, https: becomes wss:.
  const connect = ["'self'", origin, origin.replace(/^http/, 'ws')].join(' ');
  return `default-src 'self'; connect-src ${connect}; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function sendNotFound(response: ServerResponse): void {
  response.statusCode = 404;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('Not found. Open / instead.\n');
}
