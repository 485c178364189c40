import { fileURLToPath } from 'node:url';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { newVisitorCookie, readVisitor } from './visitor.ts';

/** Serves one request. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Serves the built page.
 *
 * @param addresses - Where the page may connect to besides its own origin.
 */
export function createSite(addresses: readonly string[]): Serve {
  const files = sirv(fileURLToPath(new URL('../client', import.meta.url)), { etag: true, dotfiles: false });
  const policy = contentPolicy(addresses.map((address) => new URL(address)));
  return (request, response) => {
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (isPage(request)) {
      response.setHeader('Cache-Control', 'no-store');
      if (readVisitor(request.headers.cookie) === undefined)
        response.setHeader('Set-Cookie', newVisitorCookie());
    }
    files(request, response, () => notFound(response));
  };
}

function isPage(request: IncomingMessage): boolean {
  return request.url === '/' || request.url?.startsWith('/?') === true || request.url === '/index.html';
}

function contentPolicy(addresses: readonly URL[]): string {
  const connect = ["'self'", ...addresses.map(({ protocol, host }) => `${protocol}//${host}`)].join(' ');
  return `default-src 'self'; connect-src ${connect}; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function notFound(response: ServerResponse): void {
  response.statusCode = 404;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('There is nothing here; open /.\n');
}
