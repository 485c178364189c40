import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import type { Backend } from './backend.ts';
import { MODEL } from './mint-route.ts';
import { createSite, type Serve } from './site.ts';

/** What the page is told before it starts. Nothing here is secret. */
export interface PageConfig {
  readonly backend: Backend['name'];
  readonly webSocketUrl: string;
  readonly callsUrl: string;
  /** Where the page may make things go wrong; `null` with a real API. */
  readonly emulatorUrl: string | null;
  readonly model: string;
}

/**
 * Routes a request to the mint route, the page's configuration or the page.
 *
 * @param backend - What stands behind the mint route.
 * @param mintRoute - Serves `POST /api/realtime-session`.
 */
export function createApp(backend: Backend, mintRoute: SessionHandler): Serve {
  const mint = toNodeHandler(mintRoute);
  const { name, webSocketUrl, callsUrl, emulatorUrl = null } = backend;
  const site = createSite([webSocketUrl, callsUrl]);
  const config: PageConfig = { backend: name, webSocketUrl, callsUrl, emulatorUrl, model: MODEL };
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/api/realtime-session') mint(request, response);
    else if (path === '/api/config') answerConfig(request, response, config);
    else site(request, response);
  };
}

function answerConfig(request: IncomingMessage, response: ServerResponse, config: PageConfig): void {
  const allowed = request.method === 'GET' || request.method === 'HEAD';
  response.writeHead(allowed ? 200 : 405, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(allowed ? {} : { Allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'GET' ? JSON.stringify(config) : undefined);
}
