import { fileURLToPath } from 'node:url';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import sirv from 'sirv';
import type { Backend } from './backend.ts';
import { createVisitorCookie, MODEL, readVisitorId } from './mint-route.ts';

/** What the page loads at startup. Contains nothing secret. */
interface PageConfig {
  readonly backend: Backend['name'];
  readonly webSocketUrl: string;
  readonly callsUrl: string;
  /** Where the page controls faults; `null` with a real API. */
  readonly emulatorUrl: string | null;
  readonly model: string;
}

/** Routes requests to the mint route, the page's configuration, or the built page. */
export function createApp(backend: Backend, mintRoute: SessionHandler): RequestListener {
  const handleMint = toNodeHandler(mintRoute);
  const { name, webSocketUrl, callsUrl, emulatorUrl = null } = backend;
  const servePage = createPageHandler([webSocketUrl, callsUrl]);
  const config: PageConfig = { backend: name, webSocketUrl, callsUrl, emulatorUrl, model: MODEL };
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/api/realtime-session') handleMint(request, response);
    else if (path === '/api/config') sendConfig(request, response, config);
    else servePage(request, response);
  };
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

function createPageHandler(apiUrls: readonly string[]): RequestListener {
  const serveFile = sirv(fileURLToPath(new URL('../client', import.meta.url)), {
    etag: true,
    dotfiles: false,
  });
  const policy = contentSecurityPolicy(apiUrls.map((url) => new URL(url)));
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

function contentSecurityPolicy(apiUrls: readonly URL[]): string {
  const connect = ["'self'", ...apiUrls.map(({ protocol, host }) => `${protocol}//${host}`)].join(' ');
  return `default-src 'self'; connect-src ${connect}; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function sendNotFound(response: ServerResponse): void {
  response.statusCode = 404;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('Not found. Open / instead.\n');
}
