import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { toHonoHandler } from '@realtime-session/server/hono';
import type { SessionHandler } from '@realtime-session/server';
import { recipe } from './support/recipe.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeConformance } from './conformance.ts';

const path = '/api/realtime-session';
/** Hono's router responds 404 to `//host`. */
const quirks = { doubleSlash: 404 };

function add(app: Hono, handler: SessionHandler): Hono {
  app.route('/api', new Hono().all('/realtime-session', toHonoHandler(handler, { getConnInfo })));
  app.all('/trusted', toHonoHandler(handler, { getConnInfo, trustProxy: { hops: 1 } }));
  return app;
}

const listening = (app: { readonly fetch: Hono['fetch'] }) =>
  serve(createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }));

describeConformance({
  name: 'Hono',
  path,
  quirks,
  trustedPath: '/trusted',
  start: (origin) => listening(add(new Hono(), createTestHandler(origin))),
});

describeConformance({
  name: 'Hono after a middleware that read the body',
  path,
  // A middleware reads the body to its end; a `Request` with this method cannot be created.
  quirks: { ...quirks, methods: { TRACE: 400 }, tooLong: 'reads-on' },
  trustedPath: '/trusted',
  start(origin) {
    const app = new Hono();
    app.use(async (context, next) => {
      await context.req.text();
      await next();
    });
    return listening(add(app, createTestHandler(origin)));
  },
});

describeConformance({
  name: 'Hono without connection info',
  path,
  quirks: { ...quirks, address: 'unknown' },
  start(origin) {
    const app = new Hono();
    app.all(path, toHonoHandler(createTestHandler(origin)));
    return listening(app);
  },
});

describeConformance({
  name: 'Hono recipe',
  path,
  quirks,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/hono.ts'));
    return listening(app);
  },
});
