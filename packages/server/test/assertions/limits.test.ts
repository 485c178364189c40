import { createHash, createHmac } from 'node:crypto';
import type { Limiter, SessionHandler } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';
import { settlesWithin } from '../support/settles-within.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function statuses(handler: SessionHandler, addresses: readonly (string | undefined)[]): Promise<number[]> {
  return addresses.reduce<Promise<number[]>>(async (previous, address) => {
    const list = await previous;
    return [...list, (await handler(post(), { address })).status];
  }, Promise.resolve([]));
}

describe('limits', () => {
  const harness = useHarness();
  const perAddress = { max: 2, windowMs: 60_000 };
  const unlimited = { max: 100, windowMs: 60_000 };

  it('S18 refuses a mint over the limit and sets Retry-After', async () => {
    let now = 1_000_000;
    const handler = harness.create({
      limits: { perPrincipal: { max: 3, windowMs: 60_000 } },
      nowMs: () => now,
    });
    expect(await statuses(handler, [undefined, undefined, undefined])).toEqual([200, 200, 200]);
    const response = await handler(post());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('20');
    expect((await read(response)).retry_after).toBe(20);
    expect(response.headers.get('ratelimit-policy')).toBe('"principal";q=3;w=60');
    expect(response.headers.get('ratelimit')).toBe('"principal";r=0;t=20');
    expect(harness.upstream.requests).toHaveLength(3);
    now += 19_999;
    expect((await handler(post())).status).toBe(429);
    now += 1;
    expect((await handler(post())).status).toBe(200);
  });

  it('S18 counts principals and addresses separately', async () => {
    const handler = harness.create({
      limits: { perPrincipal: { max: 1, windowMs: 60_000 }, perAddress: unlimited },
      authorize: (request) => ({ id: request.headers.get('x-user') ?? '' }),
    });
    const mint = async (user: string) =>
      (await handler(post({}, { 'x-user': user }), { address: '192.0.2.1' })).status;
    expect([await mint('a'), await mint('b'), await mint('a')]).toEqual([200, 200, 429]);
  });

  it('S18 counts an address before authorize, so that a refusal reveals nothing about users', async () => {
    const handler = harness.create({ limits: { perAddress }, authorize: () => null });
    expect(await statuses(handler, ['192.0.2.1', '192.0.2.1', '192.0.2.1'])).toEqual([401, 401, 429]);
    const refused = await handler(post(), { address: '192.0.2.1' });
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=2;w=60');
  });

  it.each([
    [
      'one IPv4 address in all notations together',
      ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201'],
      [200, 200, 429],
    ],
    [
      'one IPv6 /64 together',
      ['2001:db8:0:1::1', '2001:DB8::1:aaaa:bbbb:cccc:dddd', '2001:0db8:0:0001::2'],
      [200, 200, 429],
    ],
    [
      'two IPv6 /64 networks separately',
      ['2001:db8:0:1::1', '2001:db8:0:1::1', '2001:db8:0:2::1'],
      [200, 200, 200],
    ],
    [
      'two mapped IPv4 addresses separately',
      ['::ffff:192.0.2.1', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
      [200, 200, 200],
    ],
    [
      'addresses with and without a zone id together',
      ['fe80::1%eth0', 'fe80::1', 'fe80::2%eth1'],
      [200, 200, 429],
    ],
    ['missing and invalid addresses together', [undefined, 'not an address', ''], [200, 200, 429]],
  ])('S19 S20 counts %s', async (_what, addresses, expected) => {
    expect(await statuses(harness.create({ limits: { perAddress } }), addresses)).toEqual(expected);
  });

  it.each<[string, Limiter['consume']]>([
    ['rejects', () => Promise.reject(new Error('redis down'))],
    [
      'throws',
      () => {
        throw new Error('redis down');
      },
    ],
    ['returns an invalid result', () => Promise.resolve({ reason: 'timeout' } as never)],
    ['returns nothing', () => Promise.resolve(undefined as never)],
    ['returns a truthy value that is not true', () => Promise.resolve({ allowed: 1 } as never)],
  ])('S21 responds 503 when the limiter %s', async (_what, consume) => {
    const response = await harness.create({ limiter: { consume } })(post());
    expect(response.status).toBe(503);
    expect((await read(response)).code).toBe('limiter_unavailable');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining('`limiter` option') });
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S21 refuses within 250 ms when the limiter hangs', async () => {
    const handler = harness.create({ limiter: { consume: () => new Promise(() => undefined) } });
    const pending = handler(post());
    expect(await settlesWithin(250, pending)).toBe(true);
    expect((await pending).status).toBe(503);
  });

  it('S21 mints uncounted when limiterFailure is allow, and reports it in the event', async () => {
    const consume = () => Promise.reject(new Error('redis down'));
    const handler = harness.create({ limiter: { consume }, limiterFailure: 'allow' });
    expect((await handler(post())).status).toBe(200);
    expect(harness.events[0]).toMatchObject({ type: 'minted', limiterFailures: 2 });
  });

  it('S21 obeys a limiter that refuses, regardless of limiterFailure', async () => {
    const consume = () => Promise.resolve({ allowed: false, limit: 5, remaining: 0, retryAfterMs: 1200 });
    const response = await harness.create({ limiter: { consume }, limiterFailure: 'allow' })(post());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('ratelimit-policy')).toBe('"address";q=5');
    expect(harness.events[0]).toMatchObject({ type: 'refused', limiterFailures: 0 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0, '9' as never])(
    'S18 sets Retry-After to at least a second when a limiter returns %s ms',
    async (retryAfterMs) => {
      const consume = () =>
        Promise.resolve({ allowed: false, limit: Number.NaN, remaining: 0, retryAfterMs });
      const response = await harness.create({ limiter: { consume } })(post());
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.has('ratelimit')).toBe(false);
    },
  );

  it('calls a custom limiter for the address and the principal', async () => {
    const keys: string[] = [];
    const consume: Limiter['consume'] = (key) => {
      keys.push(key);
      return Promise.resolve({ allowed: true, limit: 9, remaining: 8, retryAfterMs: 0 });
    };
    await harness.create({ limiter: { consume } })(post(), { address: '192.0.2.7' });
    expect(keys).toEqual(['address:192.0.2.7', `principal:${sha256('user-1')}`]);
  });

  it('S35 names a user to a custom limiter by the HMAC of the id if there is a key', async () => {
    const keys: string[] = [];
    const consume: Limiter['consume'] = (key) => {
      keys.push(key);
      return { allowed: true, limit: 9, remaining: 8, retryAfterMs: 0 };
    };
    const safetyIdentifierKey = 'a-key-of-enough-length';
    await harness.create({ limiter: { consume }, safetyIdentifierKey })(post());
    const hmac = createHmac('sha256', safetyIdentifierKey).update('user-1').digest('hex');
    expect(keys[1]).toBe(`principal:${hmac}`);
    expect(harness.events[0]?.principal).toBe(hmac);
  });
});
