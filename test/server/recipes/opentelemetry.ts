import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { AuditEvent } from '@realtime-session/server';

/** Those of `http.server.request.duration` in the semantic conventions. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export function traceRequests(): (event: AuditEvent) => void {
  const tracer = trace.getTracer('realtime-session');
  const duration = metrics.getMeter('realtime-session').createHistogram('realtime_session.request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: seconds },
  });
  return ({ type, atMs, durationMs, status, ...event }) => {
    const attributes: Attributes = { 'realtime_session.event': type, 'http.response.status_code': status };
    if ('code' in event) attributes['error.type'] = event.code;
    duration.record(durationMs / 1000, attributes);
    const span = tracer.startSpan('realtime_session.request', { startTime: atMs - durationMs, attributes });
    // Ids belong to spans only: as attributes of a metric, each would start a new time series.
    span.setAttributes({
      'realtime_session.request_id': event.requestId,
      'upstream.attempts': event.attempts,
    });
    if (event.upstreamRequestId) span.setAttribute('upstream.request_id', event.upstreamRequestId);
    if (event.principal) span.setAttribute('enduser.pseudo.id', event.principal);
    if (type === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(atMs);
  };
}
