import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createAdaptorServer } from '@hono/node-server';
import { bodyParser } from '@koa/bodyparser';
import express5 from 'express';
import express4 from 'express-4';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { H3 } from 'h3';
import { toNodeHandler as toNodeServer } from 'h3/node';
import { createApp, fromNodeMiddleware, toNodeListener } from 'h3-1';
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';
import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import { toExpressHandler } from '@realtime-session/server/express';
import { toFastifyHandler, toFastifyPlugin } from '@realtime-session/server/fastify';
import { toH3Handler } from '@realtime-session/server/h3';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toKoaHandler } from '@realtime-session/server/koa';
import { toNodeHandler } from '@realtime-session/server/node';
import { describeCallConformance } from './conformance-calls.ts';
import type { CallSubject } from './conformance-calls.ts';
import { gateway } from './support/gateway.ts';
import type { Payload } from './support/gateway.ts';
import { selfSigned } from './support/self-signed.ts';
import { serve } from './support/serve.ts';
import type { Running } from './support/serve.ts';
import { createTestCalls } from './support/test-calls.mjs';

const path = '/api/realtime-call';
const identity = await selfSigned();

type Subject = Omit<CallSubject, 'name' | 'path'>;

const listen = (listener: RequestListener): Promise<Running> => serve(createServer(listener));

function express(app: express5.Express | express4.Express): Promise<Running> {
  // Both versions of Express have the same `use` and `all`, but incompatible types.
  const all: (path: string, listener: RequestListener) => unknown = app.all.bind(app);
  all(path, toExpressHandler(createTestCalls()));
  return listen(app);
}

async function fastify(add: (app: FastifyInstance) => unknown): Promise<Running> {
  const app = Fastify();
  add(app);
  await app.ready();
  return serve(app.server); // Fastify's type is wider
}

function koa(...before: readonly Koa.Middleware[]): Promise<Running> {
  const app = new Koa();
  app.silent = true;
  for (const middleware of before) app.use(middleware);
  app.use(mount(path, toKoaHandler(createTestCalls())));
  const listener = app.callback();
  return listen((message, response) => void listener(message, response));
}

function hono(...before: readonly MiddlewareHandler[]): Promise<Running> {
  const app = new Hono();
  for (const middleware of before) app.use(middleware);
  app.all(path, toHonoHandler(createTestCalls()));
  return serve(createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })); // never HTTP/2
}

const lambda = (payload: Payload) => () => gateway(payload, toAwsLambdaHandler(createTestCalls()));

const subjects: Readonly<Record<string, Subject>> = {
  'node:http': { start: () => listen(toNodeHandler(createTestCalls())) },
  'node:http2 with HTTP/1 allowed': {
    start: () =>
      serve(createSecureServer({ ...identity, allowHTTP1: true }, toNodeHandler(createTestCalls())), {
        ca: identity.cert,
        protocol: 'http/1.1',
      }),
  },
  'Express 5': { start: () => express(express5()) },
  'Express 5 after express.json()': { start: () => express(express5().use(express5.json())) },
  'Express 5 after express.text() for offers': {
    start: () => express(express5().use(express5.json(), express5.text({ type: 'application/sdp' }))),
  },
  'Express 5 after express.text()': { start: () => express(express5().use(express5.text())) },
  'Express 4 after express.json()': { start: () => express(express4().use(express4.json())) },
  'Express 4 after express.raw() for everything': {
    start: () => express(express4().use(express4.raw({ type: () => true }))),
  },
  // Fastify itself refuses a content type that it has no parser for.
  'Fastify 5 with its own parsers': {
    sdp: 415,
    start: () => fastify((app) => app.all(path, toFastifyHandler(createTestCalls()))),
  },
  'Fastify 5 with a parser for offers': {
    start: () =>
      fastify((app) => {
        app.addContentTypeParser('application/sdp', { parseAs: 'string' }, (_request, body, done) =>
          done(null, body),
        );
        app.all(path, toFastifyHandler(createTestCalls()));
      }),
  },
  'Fastify 5 plugin': {
    start: () => fastify((app) => app.register(toFastifyPlugin(createTestCalls()), { prefix: path })),
  },
  Koa: { start: () => koa() },
  'Koa after a body parser': { start: () => koa(bodyParser()) },
  'Koa after a body parser for text': {
    start: () =>
      koa(bodyParser({ enableTypes: ['json', 'text'], extendTypes: { text: ['application/sdp'] } })),
  },
  Hono: { start: () => hono() },
  'Hono after a middleware that read the body': {
    start: () =>
      hono(async (context, next) => {
        await context.req.text();
        await next();
      }),
  },
  'h3 2': {
    start: () => listen(toNodeServer(new H3().all(path, toH3Handler(createTestCalls())))),
  },
  'h3 1': {
    start() {
      const handle = toNodeHandler(createTestCalls());
      const route = fromNodeMiddleware((message, response, next) => {
        response.once('close', next);
        handle(message, response);
      });
      return listen(toNodeListener(createApp().use(path, route)));
    },
  },
  'AWS Lambda, 1.0': { start: lambda('1.0') },
  'AWS Lambda, 2.0': { start: lambda('2.0') },
  'AWS Lambda, function URL': { start: lambda('function URL') },
};

for (const [name, subject] of Object.entries(subjects)) describeCallConformance({ name, path, ...subject });
