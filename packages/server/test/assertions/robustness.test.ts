import type { SessionEvent } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';
import { json, mintedBody } from '../support/upstream.ts';

describe('lifecycle', () => {
  const harness = useHarness();

  it('S39 close refuses new requests and waits for those in flight', async () => {
    const handler = harness.create();
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      harness.upstream.reply = (message, response) => {
        answer = () => json(200, mintedBody())(message, response);
        resolve();
      };
    });
    const inFlight = handler(post());
    await reached;
    const order: string[] = [];
    const closed = handler.close().then(() => order.push('closed'));
    const refused = await handler(post());
    expect(refused.status).toBe(503);
    expect((await read(refused)).code).toBe('shutting_down');
    answer();
    expect((await inFlight.finally(() => order.push('answered'))).status).toBe(200);
    await closed;
    expect(order).toEqual(['answered', 'closed']);
    await handler.close();
  });

  it('S40 tells the owner once about every request', async () => {
    const handler = harness.create({ limits: { perPrincipal: { max: 1, windowMs: 60_000 } } });
    await handler(post());
    await handler(post());
    await handler(post({}, { origin: 'null' }));
    await handler(new Request('http://app.test/', { method: 'OPTIONS' }));
    await handler(new Request('http://app.test/', { method: 'GET' }));
    const seen = harness.events.map((event) => ('code' in event ? event.code : event.type));
    expect(seen).toEqual(['minted', 'rate_limited', 'origin_forbidden', 'preflight', 'method_not_allowed']);
    expect(new Set(harness.events.map((event) => event.requestId)).size).toBe(5);
  });

  it('S40 says what was made', async () => {
    await harness.create()(post(), { address: '2001:db8::1' });
    expect(harness.events[0]).toEqual({
      type: 'minted',
      requestId: expect.any(String),
      status: 200,
      durationMs: expect.any(Number),
      address: '2001:db8:0:0::/64',
      principal: undefined,
      limiterFailures: 0,
      attempts: 1,
      upstreamStatus: 200,
      upstreamRequestId: undefined,
      model: 'gpt-realtime-2025-08-25',
      expiresInSeconds: expect.any(Number),
      dropped: [],
    } satisfies SessionEvent);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('logger down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('logger down'))],
    ['never settles', () => new Promise(() => undefined)],
  ])('S40 answers the same when onEvent %s', async (_what, onEvent) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const handler = harness.create({ onEvent });
    expect((await handler(post())).status).toBe(200);
    expect((await handler(post({ nope: 1 }))).status).toBe(400);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
