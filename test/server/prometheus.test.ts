import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { AuditEvent, ProblemCode } from '@realtime-session/server';
import {
  callEndReasons,
  createCallHandler,
  memoryCallStore,
  openaiCalls,
} from '@realtime-session/server/calls';
import type { CallEvent } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { recordActiveCalls, recordMetrics } from './recipes/prometheus.ts';
import { request, say } from './support/call-page.ts';
import { listen } from './support/listen.ts';
import { createSteppingClock, handlerOver, mintRequest } from './support/mint-once.ts';
import { json, startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

/** Values of labels that alerts may name. The compiler checks that they exist. */
const eventWords: readonly string[] = [
  ...callEndReasons,
  ...([
    'minted',
    'call-created',
    'failed',
    'call-ended',
    'call-lost',
    'call-unreachable',
    'end-failed',
    'degraded',
    'unpriced',
    'usage-gap',
  ] satisfies (AuditEvent | CallEvent)['type'][]),
  ...([
    'server_misconfigured',
    'upstream_quota_exhausted',
    'limiter_unavailable',
    'store_unavailable',
    'rate_limited',
    'origin_forbidden',
  ] satisfies ProblemCode[]),
  'address',
];

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

describe('the recipe for Prometheus', () => {
  /** The value of each series, without those of buckets. */
  async function scrape(registry: Registry): Promise<Record<string, number>> {
    const lines = (await registry.metrics())
      .split('\n')
      .filter((line) => /^realtime\w+(?<!_bucket)[{ ]/.test(line));
    return Object.fromEntries(
      lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]),
    );
  }

  it('counts requests by type, code and limit, and their duration in seconds', async () => {
    const registry = new Registry();
    const handler = handlerOver(upstream.origin, {
      nowMs: createSteppingClock(250),
      safetyIdentifierKey: 'a key of sixteen or more characters',
      limits: { perPrincipal: { max: 2, windowMs: 3_600_000 } },
      onEvent: recordMetrics(registry),
    });
    await handler(mintRequest());
    upstream.reply = json(401, {});
    await handler(mintRequest());
    await handler(mintRequest());
    const series = await scrape(registry);
    expect(series).toMatchObject({
      'realtime_session_requests_total{type="minted",code="",limit=""}': 1,
      'realtime_session_requests_total{type="failed",code="server_misconfigured",limit=""}': 1,
      'realtime_session_requests_total{type="refused",code="rate_limited",limit="principal"}': 1,
      // It is there before the first failure, so that an alert sees the first one.
      'realtime_session_requests_total{type="failed",code="store_unavailable",limit=""}': 0,
      'realtime_session_request_duration_seconds_count{type="minted"}': 1,
    });
    const seconds = series['realtime_session_request_duration_seconds_sum{type="minted"}'] ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(0.25);
    expect(seconds).toBeLessThan(5);
    const text = await registry.metrics();
    for (const secret of ['user-1', 'unknown', 'sk-of', 'sess_', 'ek_', 'gpt-realtime'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[\da-f]{16}/);
  });

  it('counts the ends and the cost of calls, and asks the store how many are active', async () => {
    const emulator = await createRealtimeEmulator({ media: 'none' });
    onTestFinished(() => emulator.close());
    const registry = new Registry();
    const store = memoryCallStore();
    recordActiveCalls(registry, store);
    const calls = createCallHandler({
      apiKey: emulator.apiKey,
      authorize: () => ({ id: 'user-1' }),
      session: { model: 'gpt-realtime-2.1' },
      upstream: openaiCalls({ baseUrl: emulator.url }),
      callLimits: { budget: { cost: () => 0.25, perCall: 10 } },
      store,
      onEvent: recordMetrics(registry),
    });
    onTestFinished(() => calls.close({ graceMs: 0 }));
    const server = await listen(createServer(toNodeHandler(calls)));
    onTestFinished(server.close);
    const { id = '' } = await request(server.origin, { method: 'POST', user: 'ada' });
    const [call] = emulator.calls();
    call?.connect();
    await request(server.origin, { method: 'PUT', user: 'ada', call: id });
    await expect.poll(() => call?.sidebands).toBe(1);
    await say(call!, 'Hello.');
    await expect
      .poll(() => scrape(registry))
      .toMatchObject({
        realtime_session_calls_active: 1,
        realtime_session_call_cost_total: 0.25,
      });
    await request(server.origin, { method: 'DELETE', user: 'ada', call: id });
    await expect
      .poll(() => scrape(registry))
      .toMatchObject({
        realtime_session_calls_active: 0,
        'realtime_session_requests_total{type="call-created",code="",limit=""}': 1,
        'realtime_session_requests_total{type="call-hung-up",code="",limit=""}': 1,
        'realtime_session_call_events_total{type="call-started",reason=""}': 1,
        'realtime_session_call_events_total{type="call-ended",reason="hung-up"}': 1,
        'realtime_session_call_events_total{type="call-lost",reason=""}': 0,
      });
    expect((await scrape(registry))['realtime_session_call_seconds_total']).toBeGreaterThanOrEqual(0);
    const text = await registry.metrics();
    for (const secret of [id, call!.id, 'user-1', 'gpt-realtime']) expect(text).not.toContain(secret);
  });

  it('does not fail a scrape while the store fails', async () => {
    const registry = new Registry();
    const count = (): Promise<number> => Promise.reject(new Error('The store is down.'));
    recordActiveCalls(registry, { ...memoryCallStore(), count });
    expect(await scrape(registry)).toEqual({ realtime_session_calls_active: Number.NaN });
  });
});

describe('the alerts', async () => {
  const text = await readFile(new URL('recipes/alerts.yaml', import.meta.url), 'utf8');
  const { groups } = parse(text, { strict: true }) as {
    groups: { rules: { alert: string; expr: string; labels: { severity: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  /** Names and labels of the metrics of the recipe. */
  function metricsOfRecipe(): Map<string, readonly string[]> {
    const registry = new Registry();
    recordMetrics(registry);
    recordActiveCalls(registry, memoryCallStore());
    const found = registry.getMetricsAsArray() as unknown as {
      name: string;
      labelNames: string[];
      type: string;
    }[];
    return new Map(
      found.flatMap(({ name, labelNames, type }) =>
        (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map(
          (suffix) => [name + suffix, [...labelNames, ...(suffix === '_bucket' ? ['le'] : [])]] as const,
        ),
      ),
    );
  }

  it.each(rules)('$alert uses metrics and labels of the recipe, and values that exist', ({ expr }) => {
    const metrics = metricsOfRecipe();
    const selectors = [...expr.matchAll(/(realtime\w+)(?:\{([^}]*)\})?/g)];
    expect(selectors.length).toBeGreaterThan(0);
    for (const [, name = '', matchers = ''] of selectors) {
      expect([...metrics.keys()]).toContain(name);
      for (const [, label = '', values = ''] of matchers.matchAll(/(\w+)=~?"([^"]*)"/g)) {
        expect(metrics.get(name)).toContain(label);
        expect(eventWords).toEqual(expect.arrayContaining(values.split('|')));
      }
    }
  });

  it('have names of their own and a severity', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    expect(new Set(rules.map(({ labels }) => labels.severity))).toEqual(new Set(['page', 'ticket']));
  });
});
