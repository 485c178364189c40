import type { CallEvent } from './calls/call-events.ts';
import type { Report } from './report.ts';
import { scrub } from './report-text.ts';

function line(
  { call }: CallEvent,
  { details = [], ...report }: Omit<Report, 'level' | 'details'> & Partial<Pick<Report, 'details'>>,
): Report {
  const id = call === undefined ? [] : [scrub(`call ${call}`)];
  return { level: 'error', ...report, details: [...details, ...id] };
}

/** What to print about a call, if the owner of the server can fix something. */
export function toCallReport(event: CallEvent): Report | undefined {
  switch (event.type) {
    case 'tool-failed':
    case 'degraded': {
      const { type: code, remedy, error } = event;
      return line(event, { code, remedy, ...(error === undefined ? {} : { error }) });
    }
    case 'end-failed': {
      const { type: code, remedy, attempts, upstreamStatus } = event;
      const upstream = upstreamStatus === undefined ? [] : [`upstream ${upstreamStatus}`];
      return line(event, { code, remedy, details: [...upstream, `attempt ${attempts}`] });
    }
    case 'unpriced':
      return line(event, {
        code: event.type,
        remedy: event.remedy,
        details: [scrub(`model ${event.usage.model}`)],
      });
    case 'call-unreachable':
    case 'call-lost':
      return line(event, { code: event.type, remedy: event.remedy });
    default:
      return undefined;
  }
}
