import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A mint route on loopback. The query of a request selects its behavior, and requests are counted per case. */
export interface MintRoute {
  /** The URL for a runtime. Its query contains `unused-port`, a port on which no server listens. */
  readonly urlFor: (runtime: string) => string;
  readonly origin: string;
  close(): Promise<void>;
}

interface CaseCounter {
  mints: number;
  readonly closed: Promise<void>;
  readonly onClosed: () => void;
}

type Respond = (response: ServerResponse, query: URLSearchParams) => void;

const json = { 'content-type': 'application/json' };

const faults: Record<string, Respond> = {
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

export async function startMintRoute(): Promise<MintRoute> {
  const counters = new Map<string, CaseCounter>();
  const server = createServer((request, response) => {
    // The client can disconnect before it has sent the body.
    respond(request, response, counters).catch(() => response.destroy());
  });
  const unusedPort = await findUnusedPort();
  await listen(server);
  const origin = `http://127.0.0.1:${portOf(server)}`;
  return {
    origin,
    urlFor: (runtime) => `${origin}/mint?unused-port=${unusedPort}&runtime=${encodeURIComponent(runtime)}`,
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
  counters: Map<string, CaseCounter>,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://host');
  if (pathname === '/')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  const counter = counterFor(counters, `${query.get('runtime') ?? ''} ${query.get('case') ?? ''}`);
  if (query.has('count')) return void response.end(String(counter.mints));
  if (query.has('wait-closed')) {
    await counter.closed;
    return void response.end('closed');
  }
  response.once('close', () => response.writableFinished || counter.onClosed());
  let body = '';
  for await (const chunk of request) body += String(chunk);
  counter.mints += 1;
  if (query.has('busy') && counter.mints === 1) {
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
  const value = `ek_${query.get('case') ?? ''}_${counter.mints}`;
  response
    .writeHead(200, json)
    .end(JSON.stringify({ value, expires_in: Number(query.get('lifetime') ?? 60), session }));
}

function counterFor(counters: Map<string, CaseCounter>, name: string): CaseCounter {
  const existing = counters.get(name);
  if (existing) return existing;
  const { promise: closed, resolve: onClosed } = createDeferred();
  const counter = { mints: 0, closed, onClosed };
  counters.set(name, counter);
  return counter;
}

function createDeferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

async function findUnusedPort(): Promise<number> {
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
