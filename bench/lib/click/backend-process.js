import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';

// A mint route and an emulator on loopback. Sends their URLs to the parent process, which sets the mint latency.
const emulator = await createRealtimeEmulator({ port: 0 });
const unlimited = { max: 1_000_000, windowMs: 60_000 };
const handler = createSessionHandler({
  apiKey: emulator.apiKey,
  upstream: compatible({ baseUrl: emulator.url, api: 'client_secrets' }),
  authorize: () => ({ id: 'bench' }),
  session: { type: 'realtime', model: 'gpt-realtime-2.1' },
  ttlSeconds: 600,
  limits: { perPrincipal: unlimited, perAddress: unlimited },
});
const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1');
await once(server, 'listening');

process.on('message', ({ mintLatencyMs }) => {
  emulator.fail({ kind: 'latency', ms: mintLatencyMs }, { at: 'mint' });
  process.send({ isSet: true });
});
process.once('disconnect', () => process.exit(0));
process.send({ mintUrl: `http://127.0.0.1:${server.address().port}/`, webSocketUrl: emulator.webSocketUrl });
