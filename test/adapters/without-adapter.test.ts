import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import express5 from 'express';
import express4 from 'express-4';
import Fastify from 'fastify';
import { H3 } from 'h3';
import { Hono } from 'hono';
import Koa from 'koa';
import { createSessionHandler } from '@realtime-session/server';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from './support/serve.ts';
import type { Running } from './support/serve.ts';
import { call } from './support/client.ts';

const path = '/api/realtime-session';

/** A handler as a framework without types accepts it. */
const handler = createSessionHandler({
  apiKey: 'sk-test',
  authorize: () => null,
  session: { model: 'gpt-realtime-2.1' },
}) as never;

/** Mounts the handler without its adapter, and records the errors that the framework reports. */
const frameworks: Record<string, (errors: unknown[]) => RequestListener | Promise<RequestListener>> = {
  'Express 4': (errors) => withErrorHandler(express4() as never, errors),
  'Express 5': (errors) => withErrorHandler(express5(), errors),
  Fastify: async (errors) => {
    const app = Fastify();
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error);
      void reply.code(500).send('failed');
    });
    app.post(path, handler);
    await app.ready();
    return (message, response) => app.routing(message, response);
  },
  Koa: (errors) => {
    const app = new Koa().on('error', (error) => errors.push(error)).use(handler);
    const listener = app.callback();
    return (message, response) => void listener(message, response);
  },
};

function withErrorHandler(app: express5.Express, errors: unknown[]): RequestListener {
  app.post(path, handler);
  app.use((error: unknown, _request: unknown, response: express5.Response, next: express5.NextFunction) => {
    errors.push(error);
    if (response.headersSent) next(error);
    else response.status(500).send('failed');
  });
  return app;
}

const adapters: Record<string, string> = {
  'Express 4': 'toExpressHandler',
  'Express 5': 'toExpressHandler',
  Fastify: 'toFastifyHandler',
  Koa: 'toKoaHandler',
};

describe('a handler that is mounted without its adapter', () => {
  let running: Running | undefined;
  afterEach(() => running?.close());

  it.each(Object.keys(frameworks))('makes %s respond with 500 and report the adapter', async (name) => {
    const errors: unknown[] = [];
    running = await serve(createServer(await frameworks[name]!(errors)));
    const { status } = await call(running.dial, { path, body: '{}' });
    expect(status).toBe(500);
    expect(errors).toEqual([expect.any(TypeError)]);
    expect(String(errors[0])).toContain(adapters[name]);
  });

  it('makes Hono and h3 report the adapter', async () => {
    const errors: unknown[] = [];
    const hono = new Hono().post(path, handler).onError((error, context) => {
      errors.push(error);
      return context.text('failed', 500);
    });
    const h3 = new H3({ silent: true, onError: (error) => void errors.push(error.cause) }).post(
      path,
      handler,
    );
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    for (const app of [hono, h3]) expect((await app.request(path, init)).status).toBe(500);
    expect(errors.map(String)).toEqual([
      expect.stringContaining('toHonoHandler'),
      expect.stringContaining('toH3Handler'),
    ]);
  });

  it('ends a server of node:http with the name of the adapter', async () => {
    const script = `
      import { createServer, request } from 'node:http';
      import { createSessionHandler } from '@realtime-session/server';
      const handler = createSessionHandler({ apiKey: 'sk-test', authorize: () => null, session: { model: 'm' } });
      const server = createServer(handler).listen(0, '127.0.0.1', () =>
        request({ port: server.address().port, method: 'POST' }).on('error', () => undefined).end('{}'));
    `;
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd });
    const [printed, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).not.toBe(0);
    expect(printed).toMatch(/TypeError: A server of node:http called the handler.*toNodeHandler\(handler\)/);
  });
});
