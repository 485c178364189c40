import { createServer } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { toNodeHandler } from '@realtime-session/server/node';
import { recipe } from './support/recipe.ts';
import { selfSigned } from './support/self-signed.ts';
import { serve } from './support/serve.ts';
import { createTestHandler } from './support/test-handler.mjs';
import { describeHttp2Conformance } from './conformance-http2.ts';
import { describeConformance } from './conformance.ts';

const path = '/api/realtime-session';
const identity = await selfSigned();

describeConformance({
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

describeConformance({
  name: 'node:http recipe',
  path,
  async start(origin) {
    const { server } = await recipe(origin, () => import('./recipes/node.ts'));
    return serve(server);
  },
});

describeConformance({
  name: 'node:https',
  path,
  quirks: { scheme: 'https' },
  start: (origin) =>
    serve(createHttpsServer(identity, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'http/1.1',
    }),
});

describeConformance({
  name: 'node:http2 with HTTP/1 allowed',
  path,
  quirks: { scheme: 'https' },
  start: (origin) =>
    serve(createSecureServer({ ...identity, allowHTTP1: true }, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'http/1.1',
    }),
});

describeHttp2Conformance({
  name: 'node:http2 without TLS',
  path,
  scheme: 'http',
  start: (origin) => serve(createHttp2Server(toNodeHandler(createTestHandler(origin)))),
});

describeHttp2Conformance({
  name: 'node:http2 with TLS',
  path,
  scheme: 'https',
  start: (origin) =>
    serve(createSecureServer(identity, toNodeHandler(createTestHandler(origin))), {
      ca: identity.cert,
      protocol: 'h2',
    }),
});
