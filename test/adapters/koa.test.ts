import { createServer } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import mount from 'koa-mount';
import { toKoaHandler } from '@realtime-session/server/koa';
import type { SessionHandler } from '@realtime-session/server';
import { recipe } from './support/recipe.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeConformance } from './conformance.ts';

const path = '/api/realtime-session';
/** `koa-mount` responds 404 to `//host`. */
const quirks = { doubleSlash: 404 };
/** The body parser stops reading at its own limit and leaves the rest unread. */
const parsed = { ...quirks, tooLong: 'pauses' } as const;

function add(app: Koa, handler: SessionHandler): Koa {
  app.use(mount(path, toKoaHandler(handler)));
  app.use(mount('/trusted', toKoaHandler(handler, { trustProxy: { hops: 1 } })));
  return app;
}

const listening = (app: Koa) => {
  app.silent = true;
  const listener = app.callback();
  return serve(
    createServer({ keepAliveTimeout: 100 }, (message, response) => void listener(message, response)),
  );
};

describeConformance({
  name: 'Koa',
  path,
  quirks,
  trustedPath: '/trusted',
  start: (origin) => listening(add(new Koa(), createTestHandler(origin))),
});

describeConformance({
  name: 'Koa after a body parser',
  path,
  quirks: parsed,
  trustedPath: '/trusted',
  start(origin) {
    const app = new Koa();
    app.use(bodyParser());
    return listening(add(app, createTestHandler(origin)));
  },
});

describeConformance({
  name: 'Koa recipe',
  path,
  quirks: parsed,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/koa.ts'));
    return listening(app);
  },
});
