import { consoleReporter } from '@realtime-session/server';
import type { AuditEvent } from '@realtime-session/server';

/** Writes each event as a line of JSON, and what you can fix to the console. */
export function logLines(write: (line: string) => void): (event: AuditEvent) => void {
  const report = consoleReporter();
  return (event) => {
    write(`${JSON.stringify({ level: event.type === 'failed' ? 'error' : 'info', ...event })}\n`);
    report(event);
  };
}
