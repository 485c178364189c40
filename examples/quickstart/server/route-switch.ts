import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readVisitorId } from './mint-route.ts';

/** The longest body that is read, in bytes. */
const MAX_BODY_BYTES = 1_024;

/** A route that visitors of the demo can break and mend. */
export interface RouteSwitch {
  readonly isBroken: () => boolean;
  /** Handles requests to the route. */
  readonly handleRoute: RequestListener;
  /** Handles `PUT` with `{ "state": "broken" }` or `{ "state": "working" }`. */
  readonly handleSwitch: RequestListener;
}

export function createRouteSwitch(route: RequestListener): RouteSwitch {
  let isBroken = false;
  return {
    isBroken: () => isBroken,
    handleRoute(request, response) {
      if (isBroken) sendJson(response, 503, { title: 'The route is broken on purpose.' });
      else route(request, response);
    },
    handleSwitch(request, response) {
      void readState(request).then((state) => {
        if (state === undefined) {
          sendJson(response, 400, { title: 'Send PUT with {"state":"broken"} or {"state":"working"}.' });
          return;
        }
        isBroken = state === 'broken';
        sendJson(response, 200, { state });
      });
    },
  };
}

/** Returns `undefined` for anything but a valid request of a visitor: the cookie is not sent from other sites. */
async function readState(request: IncomingMessage): Promise<'broken' | 'working' | undefined> {
  if (request.method !== 'PUT' || readVisitorId(request.headers.cookie) === undefined) return undefined;
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
    const { state } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { state?: unknown };
    return state === 'broken' || state === 'working' ? state : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
