import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { H3 } from 'h3';
import { toNodeHandler as serveH3 } from 'h3/node';
import { Hono } from 'hono';
import Koa from 'koa';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { compatible, createSessionHandler } from '@realtime-session/server';
import type { Principal, SessionHandler, SessionHandlerOptions } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toH3Handler } from '@realtime-session/server/h3';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toKoaHandler } from '@realtime-session/server/koa';
import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authorize as byUser } from './recipes/authorize-by-middleware.ts';
import { call } from './support/client.ts';
import { serve } from './support/serve.ts';
import { startUpstream } from './support/upstream.ts';

const path = '/api/realtime-session';
const ada: Principal = { id: 'ada' };

type Authorize = SessionHandlerOptions['authorize'];

/** A framework with a middleware that identifies Ada by her cookie. */
interface Case {
  readonly authorize: Authorize;
  readonly listen: (handler: SessionHandler) => Server | Promise<Server>;
}

/** Reads `user` from the place where a framework stores it. */
function at(...keys: readonly string[]): Authorize {
  return (_request, { incoming }) => {
    const found = keys.reduce((value, key) => Reflect.get(Object(value), key) as unknown, incoming);
    return found === ada ? ada : null;
  };
}

const isAda = (cookie: string | undefined | null): boolean => cookie === 'user=ada';

const cases: Record<string, Case> = {
  'node:http': {
    authorize: byUser,
    listen: (handler) =>
      createServer((message, response) => {
        if (isAda(message.headers.cookie)) Object.assign(message, { user: ada });
        toNodeHandler(handler)(message, response);
      }),
  },
  Express: {
    authorize: byUser,
    listen: (handler) =>
      createServer(
        express()
          .use((request, _response, next) => {
            if (isAda(request.headers.cookie)) Object.assign(request, { user: ada });
            next();
          })
          .use(path, toExpressHandler(handler)),
      ),
  },
  Fastify: {
    authorize: byUser,
    async listen(handler) {
      const app = Fastify();
      app.decorateRequest('user', null);
      app.addHook('onRequest', (request, _reply, done) => {
        if (isAda(request.headers.cookie)) Object.assign(request, { user: ada });
        done();
      });
      app.all(path, toFastifyHandler(handler));
      await app.ready();
      return app.server;
    },
  },
  Koa: {
    authorize: at('state', 'user'),
    listen(handler) {
      const app = new Koa();
      app.use(async (context, next) => {
        if (isAda(context.get('cookie'))) context.state['user'] = ada;
        await next();
      });
      const listener = app.use(toKoaHandler(handler)).callback();
      return createServer((message, response) => void listener(message, response));
    },
  },
  Hono: {
    authorize: at('var', 'user'),
    listen(handler) {
      const app = new Hono<{ Variables: { user: Principal } }>();
      app.use(async (context, next) => {
        if (isAda(context.req.header('cookie'))) context.set('user', ada);
        await next();
      });
      app.all(path, toHonoHandler(handler));
      return createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
    },
  },
  h3: {
    authorize: at('context', 'user'),
    listen(handler) {
      const app = new H3();
      app.use((event) => {
        if (isAda(event.req.headers.get('cookie'))) event.context['user'] = ada;
      });
      app.all(path, toH3Handler(handler));
      return createServer((message, response) => void serveH3(app)(message, response));
    },
  },
};

describe("authorize reads the framework's user", () => {
  it.each(Object.entries(cases))(
    '%s: mints only when a middleware identified the user',
    async (_name, framework) => {
      const upstream = await startUpstream();
      onTestFinished(() => upstream.close());
      const handler = createSessionHandler({
        apiKey: 'sk-test-4f7b1d9c3a5e',
        authorize: framework.authorize,
        session: { model: 'gpt-realtime-2.1', instructions: '{}' }, // read by the stub
        upstream: compatible({ baseUrl: upstream.origin }),
      });
      const running = await serve(await framework.listen(handler));
      onTestFinished(() => running.close());
      const send = (cookie: string) =>
        call(running.dial, { path, body: '{}', headers: { cookie, 'sec-fetch-site': 'same-origin' } });

      const signedIn = await send('user=ada');
      const unknownUser = await send('user=eve');

      expect([signedIn.status, unknownUser.status]).toEqual([200, 401]);
    },
  );
});
