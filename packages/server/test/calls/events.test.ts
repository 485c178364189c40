import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { createManualClock } from '@realtime-session/core/testing';
import type { AuditEvent } from '@realtime-session/server';
import { memoryCallStore } from '@realtime-session/server/calls';
import type { CallHandlerOptions, CallStore } from '@realtime-session/server/calls';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/lib/problem.ts';
import { settle } from '../support/call-world.ts';
import { ANSWER, ROUTE, del, postJson, put, startCall, useCallHarness } from '../support/call-harness.ts';

const harness = useCallHarness();
const KEY = 'a-key-of-enough-length';

function last<T extends AuditEvent['type']>(type: T): Extract<AuditEvent, { type: T }> {
  const event = harness.events.at(-1);
  expect(event).toMatchObject({ type });
  return event as Extract<AuditEvent, { type: T }>;
}

/** A store that records all that is written to it. */
function recordingStore(): { readonly store: CallStore; readonly written: unknown[] } {
  const written: unknown[] = [];
  const store = new Proxy(memoryCallStore(), {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        written.push([name, ...args]);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
  return { store, written };
}

describe('the events of requests for calls', () => {
  it('contain the times of the limiter, of authorize and of the provider', async () => {
    const clock = createManualClock();
    let atMs = clock.nowMs();
    const take = <T>(ms: number, value: T): T => {
      atMs += ms;
      return value;
    };
    harness.upstream.answer = () => Promise.resolve(take(13, ANSWER));
    const handler = harness.create({
      clock: { ...clock, nowMs: () => atMs, monotonicMs: () => clock.monotonicMs() },
      limiter: {
        consume: (key) =>
          take(key.startsWith('address:') ? 5 : 7, {
            allowed: true,
            limit: 1,
            remaining: 1,
            retryAfterMs: 0,
          }),
      },
      authorize: () => take(11, { id: 'user-1' }),
    });
    const startedMs = atMs;
    await handler(postJson());
    expect(last('call-created')).toMatchObject({
      atMs: startedMs + 36,
      durationMs: 36,
      limiterMs: 12,
      authorizeMs: 11,
      upstreamMs: 13,
    });
    await settle(handler.close({ graceMs: 0 }), clock);
  });

  it('contain the time to wait and a remedy for the limit that was reached', async () => {
    const perUser = harness.create({ callLimits: { maxConcurrentPerPrincipal: 1, maxDurationMs: 60_000 } });
    await startCall(perUser);
    await perUser(postJson());
    const { retryAfterMs } = last('refused');
    expect(last('refused')).toMatchObject({
      code: 'too_many_calls',
      remedy: expect.stringContaining('maxConcurrentPerPrincipal'),
    });
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    const total = harness.create({ callLimits: { maxConcurrentPerPrincipal: 5, maxConcurrentTotal: 1 } });
    await startCall(total);
    await total(postJson());
    expect(last('refused').remedy).toContain('maxConcurrentTotal');
  });

  it('contain the time until a new budget begins', async () => {
    const store = memoryCallStore();
    const reserve: CallStore['reserve'] = () =>
      Promise.resolve({ kind: 'budget-exhausted', retryAfterMs: 3_600_000 });
    await harness.create({ store: { ...store, reserve } })(postJson());
    expect(last('refused')).toMatchObject({ code: 'budget_exhausted', retryAfterMs: 3_600_000 });
  });

  it('contain the rate of a reached limit and a refused origin', async () => {
    const handler = harness.create({ limits: { perPrincipal: { max: 1, windowMs: 60_000 } } });
    await handler(postJson());
    await handler(postJson());
    expect(last('refused')).toMatchObject({ limit: 'principal', rate: { max: 1, windowMs: 60_000 } });
    await handler(postJson({}, { origin: 'https://ada:hunter2@evil.example' }));
    expect(last('refused')).toMatchObject({ origin: 'https://(redacted)@evil.example' });
    const headers = { origin: 'https://evil.example' };
    await handler(new Request(ROUTE, { method: 'OPTIONS', headers }));
    expect(last('preflight')).toMatchObject({ origin: 'https://evil.example' });
  });

  const fail = () => Promise.reject(new Error('no Redis for sk-proj-Zq7Xw2Kp9Lm4'));
  const down: CallStore = { ...memoryCallStore(), read: fail, reserve: fail };
  it.each<[string, Partial<CallHandlerOptions>, () => Request, string]>([
    ['authorize', { authorize: fail }, () => postJson(), 'internal_error'],
    ['session', { session: fail }, () => postJson(), 'internal_error'],
    ['the limiter', { limiter: { consume: fail } }, () => postJson(), 'limiter_unavailable'],
    ['the store at POST', { store: down }, () => postJson(), 'store_unavailable'],
    ['the store at PUT', { store: down }, () => put('AAAAAAAAAAAAAAAAAAAAAA'), 'store_unavailable'],
    ['the store at DELETE', { store: down }, () => del('AAAAAAAAAAAAAAAAAAAAAA'), 'store_unavailable'],
  ])('contain the error of %s without secrets, and a remedy', async (_what, options, request, code) => {
    await harness.create(options)(request());
    expect(last('failed')).toMatchObject({
      code,
      error: expect.stringMatching(/^Error: no Redis for \(redacted\) at .*events\.test\.ts:/),
      remedy: expect.stringMatching(/\S/),
    });
  });

  it.each([
    'upstream_error',
    'upstream_invalid_response',
    'upstream_timeout',
    'outcome_unknown',
    'server_misconfigured',
  ] as const)('have a remedy for %s', async (code) => {
    harness.upstream.answer = () => Promise.reject(new ProblemError(code, { remedy: '' }));
    await harness.create()(postJson());
    expect(last('failed')).toMatchObject({ code, remedy: expect.stringMatching(/\S/), error: undefined });
  });

  it('have the id of the header and a shortened address if the owner asks for them', async () => {
    const handler = harness.create({ requestIdHeader: 'X-Request-Id', eventAddress: 'shortened' });
    const id = 'b6d1c9c2f2f14d0ab4a4e1a8a3e7d9f0';
    const response = await handler(postJson(undefined, { 'x-request-id': id }), { address: '192.0.2.7' });
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(last('call-created')).toMatchObject({ requestId: id, address: '192.0.2.0/24' });
    expect(harness.upstream.offers[0]?.requestId).toBe(id);
    expect(harness.callEvents).toMatchObject([{ type: 'call-started', requestId: id }]);
  });
});

describe('a principal', () => {
  const authorize = () => ({ id: 'ada@example.com' });

  it.each([KEY, undefined])('S35 never reaches a store or an event, with the key %s', async (key) => {
    const { store, written } = recordingStore();
    const options = key === undefined ? {} : { safetyIdentifierKey: key };
    const handler = harness.create({ ...options, authorize, store, callLimits: { whenFull: 'replace' } });
    const id = await startCall(handler);
    await handler(put(id));
    const next = await startCall(handler);
    await handler(del(next));
    await startCall(handler);
    expect(await handler.hangUp({ principal: 'ada@example.com' })).toBe(1);
    await handler.close({ graceMs: 0 });
    const names = new Set(written.map((one) => (one as [string])[0]));
    for (const name of ['reserve', 'start', 'read', 'touch', 'requestEnd', 'finish'])
      expect(names).toContain(name);
    const text = inspect([written, harness.events, harness.callEvents], { depth: 9, maxStringLength: null });
    expect(text).not.toContain('ada@');
    expect(text).not.toContain(Buffer.from('ada@example').toString('base64').slice(0, 12));
    expect(harness.events.every(({ principal }) => principal === hmac(key))).toBe(true);
  });

  function hmac(key: string | undefined): string | undefined {
    return key === undefined ? undefined : createHmac('sha256', key).update('ada@example.com').digest('hex');
  }
});
