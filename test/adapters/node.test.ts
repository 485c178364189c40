import { createServer } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { toNodeHandler } from '@realtime-session/server/node';
import { recipe } from './support/recipe.ts';
import { selfSigned } from './support/self-signed.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeHttp2Torture } from './torture-http2.ts';
import { describeTorture } from './torture.ts';

const path = '/api/realtime-session';
const identity = await selfSigned();

describeTorture({
  name: 'node:http',
  path,
  trustedPath: '/trusted',
  start(origin) {
    const handler = createTestHandler(origin);
    const plain = toNodeHandler(handler);
    const trusted = toNodeHandler(handler, { trustProxy: { hops: 1 } });
    return serve(
      createServer((message, response) =>
        message.url === '/trusted' ? trusted(message, response) : plain(message, response),
      ),
    );
  },
});

describeTorture({
  name: 'node:http recipe',
  path,
  async start(origin) {
    const { server } = await recipe(origin, () => import('./recipes/node.ts'));
    return serve(server);
  },
});

describeTorture({
  name: 'node:https',
  path,
  quirks: { scheme: 'https' },
  start: (origin) =>
    serve(createHttpsServer(identity, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'http/1.1',
    }),
});

describeTorture({
  name: 'node:http2 with HTTP/1 allowed',
  path,
  quirks: { scheme: 'https' },
  start: (origin) =>
    serve(createSecureServer({ ...identity, allowHTTP1: true }, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'http/1.1',
    }),
});

describeHttp2Torture({
  name: 'node:http2 without TLS',
  path,
  scheme: 'http',
  start: (origin) => serve(createHttp2Server(toNodeHandler(createTestHandler(origin)))),
});

describeHttp2Torture({
  name: 'node:http2 with TLS',
  path,
  scheme: 'https',
  start: (origin) =>
    serve(createSecureServer(identity, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'h2',
    }),
});
