import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A mint route on loopback that behaves as each request's query asks, and counts per case. */
export interface MintRoute {
  /** Its address for a runtime, with a query that names a port where nobody listens. */
  readonly urlFor: (runtime: string) => string;
  /** Its origin. */
  readonly origin: string;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

interface Tally {
  mints: number;
  readonly closed: Promise<void>;
  readonly onClosed: () => void;
}

type Answer = (response: ServerResponse, query: URLSearchParams) => void;

const json = { 'content-type': 'application/json' };

const faults: Record<string, Answer> = {
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>hello'),
  leak: (response) => response.writeHead(200, json).end('{"value":"sk-proj-0123456789","expires_in":60}'),
  hang: () => undefined,
  endless: (response) => void response.writeHead(200, json).write('{"value":"ek_1",'),
  broken(response) {
    response.writeHead(200, { ...json, 'content-length': '1000' });
    response.write('{"value":"ek_1",', () => response.destroy());
  },
  status: (response, query) =>
    response
      .writeHead(Number(query.get('status')), { ...json, 'x-request-id': 'req_7' })
      .end('{"error":{"code":"invalid_api_key","message":"secret text"}}'),
};

/** Starts one. */
export async function startMintRoute(): Promise<MintRoute> {
  const tallies = new Map<string, Tally>();
  const server = createServer((request, response) => {
    // A client may leave between its head and its body.
    respond(request, response, tallies).catch(() => response.destroy());
  });
  const nobody = await unusedPort();
  await listen(server);
  const origin = `http://127.0.0.1:${portOf(server)}`;
  return {
    origin,
    urlFor: (runtime) => `${origin}/mint?nobody=${nobody}&runtime=${encodeURIComponent(runtime)}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  tallies: Map<string, Tally>,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://host');
  if (pathname === '/')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  const tally = tallyOf(tallies, `${query.get('runtime') ?? ''} ${query.get('case') ?? ''}`);
  if (query.has('count')) return void response.end(String(tally.mints));
  if (query.has('wait-closed')) {
    await tally.closed;
    return void response.end('closed');
  }
  response.once('close', () => response.writableFinished || tally.onClosed());
  let body = '';
  for await (const chunk of request) body += String(chunk);
  tally.mints += 1;
  if (query.has('busy') && tally.mints === 1) {
    return void response.writeHead(503, { 'retry-after-ms': '150' }).end();
  }
  const fault = Object.keys(faults).find((name) => query.has(name));
  if (fault !== undefined) return faults[fault]?.(response, query);
  const session = {
    id: 'sess_1',
    object: 'realtime.session',
    params: body,
    user: request.headers['x-user'],
    type: request.headers['content-type'],
  };
  const value = `ek_${query.get('case') ?? ''}_${tally.mints}`;
  response
    .writeHead(200, json)
    .end(JSON.stringify({ value, expires_in: Number(query.get('life') ?? 60), session }));
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name);
  if (known) return known;
  const { promise: closed, resolve: onClosed } = deferred();
  const tally = { mints: 0, closed, onClosed };
  tallies.set(name, tally);
  return tally;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
