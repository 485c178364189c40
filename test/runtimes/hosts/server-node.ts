import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@realtime-session/server/node';
import { createTestHandler } from '../../adapters/support/test-handler.mjs';

const handler = createTestHandler(process.env['UPSTREAM_ORIGIN'] ?? '');
const plain = toNodeHandler(handler);
const trusted = toNodeHandler(handler, { trustProxy: { hops: 1 } });
const server = createServer((message, response) =>
  message.url === '/trusted' ? trusted(message, response) : plain(message, response),
);
server.listen(0, '127.0.0.1', () => {
  // eslint-disable-next-line no-console -- read by the test
  console.log(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
