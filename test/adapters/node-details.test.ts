import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { RequestListener } from 'node:http';
import express from 'express';
import Fastify from 'fastify';
import Koa from 'koa';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toKoaHandler } from '@realtime-session/server/koa';
import { toNodeHandler } from '@realtime-session/server/node';
import { compatible, createSessionHandler } from '@realtime-session/server';
import type { SessionHandler } from '@realtime-session/server';
import { afterEach, describe, expect, it } from 'vitest';
import { call, HANG_TIMEOUT_MS } from './support/client.ts';
import { call2, openSession } from './support/http2-client.ts';
import { serve } from './support/serve.ts';
import type { Running } from './support/serve.ts';

const path = '/api/realtime-session';

/** Every adapter of Node's requests. */
const adapters: Record<string, (handler: SessionHandler) => RequestListener | Promise<RequestListener>> = {
  node: toNodeHandler,
  Express: (handler) => express().use(path, toExpressHandler(handler)),
  Fastify: async (handler) => {
    const app = Fastify();
    // Fastify's own parser would wait for the body before it calls the handler.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.all(path, toFastifyHandler(handler));
    await app.ready();
    return (message, response) => app.routing(message, response);
  },
  Koa: (handler) => {
    const listener = new Koa().use(toKoaHandler(handler)).callback();
    return (message, response) => void listener(message, response);
  },
};

function createHandler(): SessionHandler {
  return createSessionHandler({
    apiKey: 'sk-test',
    authorize: () => ({ id: 'user-1' }),
    session: { model: 'gpt-realtime-2.1' },
    upstream: compatible({ baseUrl: 'https://gateway.example' }),
    timeoutMs: 300,
    onEvent: () => undefined,
    fetch: () =>
      Promise.resolve(
        Response.json({ value: 'token-12345678', expires_at: Math.ceil(Date.now() / 1000) + 60 }),
      ),
  });
}

/** A handler whose owner adds two cookies. */
function withCookies(): SessionHandler {
  const handler = createHandler();
  const wrapped = async (request: Request, context: unknown) => {
    const response = await handler(request, context);
    response.headers.append('set-cookie', 'a=1; Path=/');
    response.headers.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
    return response;
  };
  return Object.assign(wrapped, { state: handler.state, close: () => handler.close() });
}

describe.each(Object.keys(adapters))('the adapter for %s', (name) => {
  let running: Running | undefined;
  afterEach(() => running?.close());

  it('keeps several cookies of a wrapped handler', async () => {
    running = await serve(createServer(await adapters[name]!(withCookies())));
    const { status, headers } = await call(running.dial, { path, body: '{}' });
    expect(status).toBe(200);
    expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
  });

  it('closes the connection after 408', async () => {
    running = await serve(createServer(await adapters[name]!(createHandler())));
    const socket = running.dial();
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    const head = ['Host: app.test', 'Content-Type: application/json', 'Content-Length: 9'];
    socket.write([`POST ${path} HTTP/1.1`, ...head, '', '{'].join('\r\n'));
    await once(socket, 'close', { signal: AbortSignal.timeout(HANG_TIMEOUT_MS) });
    expect(received).toMatch(/^HTTP\/1.1 408 [^]*connection: close/i);
  });
});

describe('toNodeHandler over HTTP/2', () => {
  it('uses :authority, and refuses a host that differs from it', async () => {
    const running = await serve(createHttp2Server(toNodeHandler(createHandler())));
    const session = openSession(running.dial, 'http');
    const send = (headers: Record<string, string>) =>
      call2(session, { path, body: '{}', headers: { 'content-type': 'application/json', ...headers } });
    const origin = 'http://app.test';
    expect((await send({ origin })).status).toBe(200);
    expect((await send({ origin, host: 'APP.test' })).status).toBe(200);
    expect((await send({ origin: 'http://evil.example', host: 'evil.example' })).status).toBe(400);
    expect((await send({ origin: 'http://evil.example' })).status).toBe(403);
    session.destroy();
    await running.close();
  });
});
