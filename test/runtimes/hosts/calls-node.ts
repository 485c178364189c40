import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@realtime-session/server/node';
import { createCalls } from './calls-handler.ts';

const server = createServer(toNodeHandler(createCalls(process.env)));
server.listen(0, '127.0.0.1', () => {
  // eslint-disable-next-line no-console -- read by the test
  console.log(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
