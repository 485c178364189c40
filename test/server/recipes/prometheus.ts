import type { AuditEvent } from '@realtime-session/server';
import type { CallEvent, CallStore } from '@realtime-session/server/calls';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Series that alerts use start at 0. Otherwise `increase()` misses the first event. */
const failures = [
  'server_misconfigured',
  'upstream_quota_exhausted',
  'limiter_unavailable',
  'store_unavailable',
] as const;
const problems = [
  'call-lost',
  'call-unreachable',
  'end-failed',
  'degraded',
  'unpriced',
  'usage-gap',
] as const;

export function recordMetrics(registry: Registry): (event: AuditEvent | CallEvent) => void {
  const registers = [registry];
  const requests = new Counter({
    name: 'realtime_session_requests_total',
    help: 'Requests by the type of their event, the code of the problem and the limit that was reached.',
    labelNames: ['type', 'code', 'limit'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'realtime_session_request_duration_seconds',
    help: 'Time until the response was ready.',
    labelNames: ['type'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const calls = new Counter({
    name: 'realtime_session_call_events_total',
    help: 'Events of calls by type, and by reason if they ended.',
    labelNames: ['type', 'reason'] as const,
    registers,
  });
  const callSeconds = new Counter({
    name: 'realtime_session_call_seconds_total',
    help: 'Duration of the calls that have ended.',
    registers,
  });
  const cost = new Counter({
    name: 'realtime_session_call_cost_total',
    help: 'Cost of calls, in the unit of the option `cost`.',
    registers,
  });
  for (const code of failures) requests.inc({ type: 'failed', code, limit: '' }, 0);
  for (const type of problems) calls.inc({ type, reason: '' }, 0);

  return (event) => {
    if ('requestId' in event && 'status' in event) {
      const code = 'code' in event ? event.code : '';
      const limit = 'limit' in event ? (event.limit ?? '') : '';
      requests.inc({ type: event.type, code, limit });
      duration.observe({ type: event.type }, event.durationMs / 1000);
      return;
    }
    calls.inc({ type: event.type, reason: event.type === 'call-ended' ? event.reason : '' });
    if (event.type === 'usage') cost.inc(event.cost ?? 0);
    if (event.type === 'call-ended') callSeconds.inc(event.seconds);
  };
}

/** Asks the store at each scrape. Processes that share a store report the same number: use `max`, not `sum`. */
export function recordActiveCalls(registry: Registry, store: CallStore): void {
  new Gauge({
    name: 'realtime_session_calls_active',
    help: 'Calls that have a slot.',
    registers: [registry],
    async collect() {
      this.set(await store.count().catch(() => Number.NaN));
    },
  });
}
