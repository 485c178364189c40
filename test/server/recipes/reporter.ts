import { consoleReporter } from '@realtime-session/server';
import type { AuditEvent } from '@realtime-session/server';

export function reportAndCount(count: (type: AuditEvent['type']) => void): (event: AuditEvent) => void {
  const report = consoleReporter();
  return (event) => {
    report(event);
    count(event.type);
  };
}
