import { createServer } from 'node:http';
import { H3 } from 'h3';
import { toNodeHandler as toNodeServer } from 'h3/node';
import { toNodeListener } from 'h3-1';
import { toH3Handler } from '@realtime-session/server/h3';
import { recipe } from './support/recipe.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeConformance } from './conformance.ts';

const path = '/api/realtime-session';
/** h3's router responds 404 to `//host`; a refused body leaves the connection paused. */
const quirks = { doubleSlash: 404, tooLong: 'pauses' } as const;

const listening = (app: H3) => serve(createServer({ keepAliveTimeout: 100 }, toNodeServer(app)));

describeConformance({
  name: 'h3 2',
  path,
  quirks,
  trustedPath: '/trusted',
  start(origin) {
    const handler = createTestHandler(origin);
    const app = new H3().all(path, toH3Handler(handler));
    return listening(app.all('/trusted', toH3Handler(handler, { trustProxy: { hops: 1 } })));
  },
});

describeConformance({
  name: 'h3 2 recipe',
  path,
  quirks,
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/h3.ts'));
    return listening(app);
  },
});

describeConformance({
  name: 'h3 1 recipe',
  path,
  quirks: { doubleSlash: 404, absolute: 404 },
  async start(origin) {
    const { app } = await recipe(origin, () => import('./recipes/h3-1.ts'));
    return serve(createServer(toNodeListener(app)));
  },
});
