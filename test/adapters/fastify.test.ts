import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { SessionHandler } from '@realtime-session/server';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { recipe } from './support/recipe.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeConformance } from './conformance.ts';

const path = '/api/realtime-session';
/** Fastify's router responds 404 to `//host` and to WebDAV methods. */
const quirks = { doubleSlash: 404, methods: { PROPFIND: 404 } };

function add(app: FastifyInstance, handler: SessionHandler): void {
  app.all(path, toFastifyHandler(handler));
  app.all('/trusted', toFastifyHandler(handler, { trustProxy: { hops: 1 } }));
}

async function listening(app: FastifyInstance) {
  await app.ready();
  return serve(app.server);
}

describeConformance({
  name: 'Fastify 5 with its own parser',
  path,
  trustedPath: '/trusted',
  quirks,
  start(origin) {
    const app = Fastify();
    add(app, createTestHandler(origin));
    return listening(app);
  },
});

describeConformance({
  name: 'Fastify 5 with an unparsed body, below a prefix',
  path: `/v1${path}`,
  quirks,
  start(origin) {
    const app = Fastify();
    app.register(
      (scope, _options, done) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
        add(scope, createTestHandler(origin));
        done();
      },
      { prefix: '/v1' },
    );
    return listening(app);
  },
});

describeConformance({
  name: 'Fastify recipe',
  path,
  quirks,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/fastify.ts'));
    return listening(app);
  },
});

describeConformance({
  name: 'Fastify recipe with an unparsed body',
  path,
  quirks,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/fastify-unparsed.ts'));
    await app.ready();
    return serve(app.server);
  },
});
