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
import { traceMints } from './recipes/opentelemetry.ts';
import { logMints } from './recipes/pino.ts';
import { handlerOver, mintRequest } from './support/mint-once.ts';
import { json, startUpstream } from './support/upstream.ts';
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
    const handler = handlerOver(upstream.origin, { onEvent: traceMints() });
    const parent = trace.getTracer('test').startSpan('POST /mint');
    await context.with(trace.setSpan(context.active(), parent), () => handler(mintRequest()));
    upstream.reply = json(401, {});
    await handler(mintRequest());
    const [minted, failed] = spans.getFinishedSpans();
    expect(minted).toMatchObject({
      name: 'mint',
      attributes: { outcome: 'minted', status: 200, attempts: 1 },
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { spanId: parent.spanContext().spanId },
    });
    expect(failed).toMatchObject({
      attributes: { outcome: 'failed', code: 'server_misconfigured', status: 500 },
      status: { code: SpanStatusCode.ERROR },
    });
    const [seconds, nanoseconds] = minted!.duration;
    expect(seconds * 1000 + nanoseconds / 1e6).toBeGreaterThanOrEqual(0);
  });

  it('records durations by outcome', async () => {
    const handler = handlerOver(upstream.origin, { onEvent: traceMints() });
    await handler(mintRequest());
    await handler(mintRequest());
    await handler(mintRequest('[]'));
    await metering.forceFlush();
    const points = exported
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics)
      .flatMap((metric) => (metric.dataPointType === DataPointType.HISTOGRAM ? metric.dataPoints : []));
    expect(points.map(({ attributes, value }) => ({ ...attributes, count: value.count }))).toEqual([
      { outcome: 'minted', count: 2 },
      { outcome: 'refused', code: 'invalid_json', count: 1 },
    ]);
  });
});
