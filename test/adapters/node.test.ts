import { createServer } from 'node:http';
import { toNodeHandler } from '@realtime-session/server/node';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeTorture } from './torture.ts';

describeTorture({
  name: 'node:http',
  path: '/api',
  trustedPath: '/trusted',
  start(origin) {
    const handler = createTestHandler(origin);
    const plain = toNodeHandler(handler);
    const trusted = toNodeHandler(handler, { trustProxy: { hops: 1 } });
    return serve(createServer((message, response) => (message.url === '/trusted' ? trusted : plain)(message, response)));
  },
});
