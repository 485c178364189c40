import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceRequests } from './recipes/opentelemetry.ts';
import { logMints } from './recipes/pino.ts';
import { createSteppingClock, handlerOver, mintRequest } from './support/mint-once.ts';
import { json, minted, startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

describe('the recipe for pino', () => {
  it('writes one line per request at the right level', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
    const handler = handlerOver(upstream.origin, { onEvent: logMints(logger) });
    await handler(mintRequest());
    await handler(mintRequest('{"voice":"marin"}'));
    await handler(new Request('http://app.test/mint', { method: 'OPTIONS' }));
    upstream.reply = json(401, {});
    await handler(mintRequest());
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toMatchObject([
      { level: 30, msg: 'mint minted', status: 200, expiresInSeconds: expect.closeTo(120, -1) as number },
      { level: 40, msg: 'mint refused', status: 400, code: 'unknown_field', path: 'voice' },
      { level: 20, msg: 'mint preflight', status: 204 },
      { level: 50, msg: 'mint failed', status: 500, code: 'server_misconfigured' },
    ]);
    expect(logged[3]?.['remedy']).toContain('key');
  });

  it('omits the error of a hook', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const authorize = (): never => {
      throw new Error('postgres://user:password@db');
    };
    await handlerOver(upstream.origin, { authorize, onEvent: logMints(logger) })(mintRequest());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('internal_error');
    expect(lines[0]).not.toContain('password');
  });
});

describe('the recipe for OpenTelemetry', () => {
  let spans: InMemorySpanExporter;
  let exported: InMemoryMetricExporter;
  let metering: MeterProvider;

  beforeEach(() => {
    spans = new InMemorySpanExporter();
    exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 });
    metering = new MeterProvider({ readers: [reader] });
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    );
    metrics.setGlobalMeterProvider(metering);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(async () => {
    await metering.shutdown();
    trace.disable();
    metrics.disable();
    context.disable();
  });

  it("creates a span per request as a child of the server's span", async () => {
    const key = 'a key of sixteen or more characters';
    const handler = handlerOver(upstream.origin, { safetyIdentifierKey: key, onEvent: traceRequests() });
    upstream.reply = json(200, minted(), { 'x-request-id': 'req_of_the_api' });
    const parent = trace.getTracer('test').startSpan('POST /mint');
    await context.with(trace.setSpan(context.active(), parent), () => handler(mintRequest()));
    upstream.reply = json(401, {});
    const { headers } = await handler(mintRequest());
    const [created, failed] = spans.getFinishedSpans();
    expect(created).toMatchObject({
      name: 'realtime_session.request',
      attributes: {
        'realtime_session.event': 'minted',
        'http.response.status_code': 200,
        'upstream.attempts': 1,
        'upstream.request_id': 'req_of_the_api',
        'enduser.pseudo.id': expect.stringMatching(/^[\da-f]{64}$/) as string,
      },
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { spanId: parent.spanContext().spanId },
    });
    expect(created?.attributes).not.toHaveProperty('error.type');
    expect(failed).toMatchObject({
      attributes: {
        'realtime_session.event': 'failed',
        'error.type': 'server_misconfigured',
        'http.response.status_code': 500,
        'realtime_session.request_id': headers.get('x-request-id'),
      },
      status: { code: SpanStatusCode.ERROR },
    });
    // A span ends with the response, and is as long as the request.
    const { endTime, duration } = created!;
    expect(Math.abs(endTime[0] * 1000 - Date.now())).toBeLessThan(60_000);
    expect(duration[0] * 1000 + duration[1] / 1e6).toBeLessThan(60_000);
    expect(new Set(spans.getFinishedSpans().flatMap((span) => Object.keys(span.attributes)))).not.toContain(
      'client.address',
    );
  });

  it('records durations in seconds by type, status and code, without ids', async () => {
    const nowMs = createSteppingClock(250);
    const key = 'a key of sixteen or more characters';
    const handler = handlerOver(upstream.origin, {
      nowMs,
      safetyIdentifierKey: key,
      onEvent: traceRequests(),
    });
    await handler(mintRequest());
    await handler(mintRequest());
    await handler(mintRequest('[]'));
    await metering.forceFlush();
    const recorded = exported
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics);
    expect(recorded.map(({ descriptor }) => [descriptor.name, descriptor.unit])).toEqual([
      ['realtime_session.request.duration', 's'],
    ]);
    const points = recorded.flatMap((metric) =>
      metric.dataPointType === DataPointType.HISTOGRAM ? metric.dataPoints : [],
    );
    expect(points.map(({ attributes, value }) => ({ ...attributes, count: value.count }))).toEqual([
      { 'realtime_session.event': 'minted', 'http.response.status_code': 200, count: 2 },
      {
        'realtime_session.event': 'refused',
        'http.response.status_code': 400,
        'error.type': 'invalid_json',
        count: 1,
      },
    ]);
    // The clock of the handler moves by 250 ms when it is read, which is a few times for each request.
    const sum = points[0]?.value.sum ?? 0;
    expect(sum).toBeGreaterThanOrEqual(0.5);
    expect(sum).toBeLessThan(10);
  });
});
