import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import express5 from 'express';
import express4 from 'express-4';
import { toExpressHandler } from '@realtime-session/server/express';
import type { SessionHandler } from '@realtime-session/server';
import { recipe } from './support/recipe.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeConformance } from './conformance.ts';
import type { Quirks } from './conformance.ts';

const path = '/api/realtime-session';
/** Express responds 404 to `//host`. */
const routed = { doubleSlash: 404 };
/** Its parsers respond to a body that is too long only when the client has sent all of it. */
const parsed = { ...routed, tooLong: 'reads-on' } as const;

function add(app: express5.Express | express4.Express, handler: SessionHandler): RequestListener {
  // Both versions of Express have the same `use`, but incompatible types.
  const use: (path: string, listener: RequestListener) => unknown = app.use.bind(app);
  use(path, toExpressHandler(handler));
  use('/trusted', toExpressHandler(handler, { trustProxy: { hops: 1 } }));
  return app;
}

const variants: readonly [string, Quirks, (handler: SessionHandler) => RequestListener][] = [
  ['Express 5', routed, (handler) => add(express5(), handler)],
  ['Express 5 after express.json()', parsed, (handler) => add(express5().use(express5.json()), handler)],
  ['Express 4', routed, (handler) => add(express4(), handler)],
  ['Express 4 after express.json()', parsed, (handler) => add(express4().use(express4.json()), handler)],
  ['Express 4 after express.raw() for everything', parsed, (handler) => add(express4().use(express4.raw({ type: () => true })), handler)], // prettier-ignore
];

for (const [name, quirks, create] of variants) {
  const start = (origin: string) => serve(createServer(create(createTestHandler(origin))));
  describeConformance({ name, path, trustedPath: '/trusted', quirks, start });
}

describeConformance({
  name: 'Express 5, route in nested routers, before express.json()',
  path,
  quirks: routed,
  start(origin) {
    const inner = express5.Router().all('/realtime-session', toExpressHandler(createTestHandler(origin)));
    const app = express5().use('/api', express5.Router().use(inner)).use(express5.json());
    return serve(createServer(app));
  },
});

describeConformance({
  name: 'Express recipe',
  path,
  quirks: routed,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/express.ts'));
    return serve(createServer(app));
  },
});
