import { createServer } from 'node:http2';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import Fastify from 'fastify';
import { H3 } from 'h3';
import { toNodeHandler as toNodeServer } from 'h3/node';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { toH3Handler } from '@realtime-session/server/h3';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toKoaHandler } from '@realtime-session/server/koa';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeHttp2Conformance } from './conformance-http2.ts';

const path = '/api/realtime-session';
const scheme = 'http';

describeHttp2Conformance({
  name: 'Fastify 5',
  path,
  scheme,
  unknownMethod: 404,
  async start(origin) {
    const app = Fastify({ http2: true });
    app.all(path, toFastifyHandler(createTestHandler(origin)));
    await app.ready();
    return serve(app.server);
  },
});

describeHttp2Conformance({
  name: 'Koa',
  path,
  scheme,
  start(origin) {
    const listener = new Koa().use(mount(path, toKoaHandler(createTestHandler(origin)))).callback();
    return serve(createServer((message, response) => void listener(message, response)));
  },
});

describeHttp2Conformance({
  name: 'Hono',
  path,
  scheme,
  start(origin) {
    const app = new Hono();
    app.all(path, toHonoHandler(createTestHandler(origin), { getConnInfo }));
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    return serve(createServer((message, response) => void listener(message, response)));
  },
});

describeHttp2Conformance({
  name: 'h3 2',
  path,
  scheme,
  badAuthority: 403,
  start(origin) {
    const listener = toNodeServer(new H3().all(path, toH3Handler(createTestHandler(origin))));
    return serve(createServer((message, response) => void listener(message, response)));
  },
});
