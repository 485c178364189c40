import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { createCallHandler, openaiCalls, redisCallStore } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { redisLimiter } from './recipes/redis.ts';
import { OFFER_TEXT, request, say } from './support/call-page.ts';
import { listen } from './support/listen.ts';
import { startRedis } from './support/redis-server.ts';

const page = await readFile(new URL('../../docs/operations/redis.md', import.meta.url), 'utf8');

/** The keys in the table of the page, as prefixes. */
const documented = [...page.matchAll(/^\| `([\w{}:-]+?)…?` +\|/gm)]
  .map(([, key = '']) => key)
  .filter((key) => key.includes(':'));

/** Everything in a Redis as one text. */
async function dump(client: Redis, keys: readonly string[]): Promise<string> {
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await client.type(key);
      if (type === 'hash') return client.hgetall(key);
      if (type === 'zset') return client.zrange(key, '0', '-1');
      if (type === 'set') return client.smembers(key);
      return type === 'list' ? client.lrange(key, 0, -1) : client.get(key);
    }),
  );
  return JSON.stringify([keys, values]);
}

it('has the documented keys after a mint and a call, and nothing secret', async () => {
  const emulator = await createRealtimeEmulator({ media: 'none' });
  onTestFinished(() => emulator.close());
  const server = await startRedis();
  onTestFinished(() => server.kill());
  const client = new Redis(server.port);
  onTestFinished(() => client.disconnect());
  const { limiter, ready, close } = redisLimiter(`redis://127.0.0.1:${server.port}`, () => undefined);
  onTestFinished(close);
  await ready;
  const options = {
    apiKey: emulator.apiKey,
    authorize: (): { id: string } => ({ id: 'ada@example.com' }),
    session: { model: 'gpt-realtime-2.1', instructions: 'Instructions that no store contains.' },
    safetyIdentifierKey: 'a random text that all processes share',
    onEvent: () => undefined,
  };
  const mint = createSessionHandler({ ...options, limiter, upstream: compatible({ baseUrl: emulator.url }) });
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: '{}' };
  const response = await mint(new Request('http://app.test/mint', init), { address: '192.0.2.1' });
  expect(response.status).toBe(200);

  const calls = createCallHandler({
    ...options,
    limiter,
    upstream: openaiCalls({ baseUrl: emulator.url }),
    callLimits: { budget: { cost: () => 1, perPrincipal: { max: 100, windowMs: 86_400_000 } } },
    store: redisCallStore(client),
  });
  onTestFinished(() => calls.close());
  const { origin, close: closeServer } = await listen(createServer(toNodeHandler(calls)));
  onTestFinished(closeServer);
  const { id = '' } = await request(origin, { method: 'POST', user: 'ada' });
  const [call] = emulator.calls();
  call?.connect();
  await request(origin, { method: 'PUT', user: 'ada', call: id });
  await expect.poll(() => call?.sidebands).toBe(1);
  await say(call!, 'Hello.');
  const keys = (): Promise<string[]> => client.keys('*');
  await expect.poll(async () => (await keys()).some((key) => key.includes(':spent:'))).toBe(true);

  const found = await keys();
  expect(documented).toHaveLength(5);
  for (const prefix of documented) expect(found.filter((key) => key.startsWith(prefix))).not.toEqual([]);
  const others = found.filter((key) => !documented.some((prefix) => key.startsWith(prefix)));
  expect(others.filter((key) => !key.startsWith('{realtime-calls}:'))).toEqual([]);
  const text = await dump(client, found);
  for (const secret of ['ada', 'Instructions', OFFER_TEXT, emulator.apiKey])
    expect(text).not.toContain(secret);
});
