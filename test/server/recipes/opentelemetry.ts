import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { AuditEvent } from '@realtime-session/server';

export function traceMints(): (event: AuditEvent) => void {
  const tracer = trace.getTracer('mint');
  const duration = metrics.getMeter('mint').createHistogram('mint.duration', { unit: 'ms' });
  return ({ type, durationMs, status, attempts, requestId, ...event }) => {
    const attributes = { outcome: type, ...('code' in event ? { code: event.code } : {}) };
    duration.record(durationMs, attributes);
    const endTime = Date.now();
    const span = tracer.startSpan('mint', { startTime: endTime - durationMs, attributes });
    span.setAttributes({ status, attempts, request_id: requestId });
    if (type === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endTime);
  };
}
