import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { fromUpstash } from '@realtime-session/server/upstash';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './support/listen.ts';
import type { Listening } from './support/listen.ts';
import { startUpstream } from './support/upstream.ts';

/** On an overloaded machine, the store may respond too late, which correctly causes a 503. */
const retry = { count: 2, condition: /status: 503/ };

describe('a limiter on @upstash/ratelimit', () => {
  const started: Listening[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  });

  /** The response of a handler with this store, and the timeout after which the library would allow the request. */
  async function mintOver(
    store: RequestListener,
    timeout = 5_000,
  ): Promise<{ status: number; calls: number }> {
    const database = await listen(createServer(store));
    const upstream = await startUpstream();
    started.push(database, upstream);
    const redis = new Redis({ url: database.origin, token: 'of-the-tests', retry: false });
    const rate = {
      redis,
      limiter: Ratelimit.fixedWindow(5, '60 s'),
      timeout,
      ephemeralCache: false as const,
    };
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: () => ({ id: 'user-1' }),
      session: { model: 'gpt-realtime-2.1' },
      upstream: compatible({ baseUrl: upstream.origin }),
      limiter: fromUpstash({ perPrincipal: new Ratelimit(rate), perAddress: new Ratelimit(rate) }),
    });
    const request = new Request('http://app.test/mint', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return { status: (await handler(request)).status, calls: upstream.calls() };
  }

  const respondWith =
    (status: number, body: unknown): RequestListener =>
    (_message, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  it('S21 refuses when the store does not respond, although the library would allow the request', async () => {
    // Less than the handler's own time limit.
    expect(await mintOver(() => undefined, 50)).toEqual({ status: 503, calls: 0 });
  });

  it('S21 refuses when the store fails', async () => {
    expect(await mintOver(respondWith(500, { error: 'down' }))).toEqual({ status: 503, calls: 0 });
  });

  it.each([
    { used: 1, status: 200, calls: 1 },
    { used: 6, status: 429, calls: 0 },
  ])(
    'S18 responds $status when the store has counted $used of 5',
    { retry },
    async ({ used, status, calls }) => {
      // The script of a fixed window returns the used and the maximum count. Commands arrive one by one or as a list.
      const store: RequestListener = (message, response) => {
        const one = { result: [used, 5] };
        respondWith(200, message.url === '/pipeline' ? [one] : one)(message, response);
      };
      expect(await mintOver(store)).toEqual({ status, calls });
    },
  );
});
