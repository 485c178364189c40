import type { CallEvent, CallToolFailedEvent } from './calls/call-events.ts';
import type { Report } from './report.ts';
import { describeError, scrub } from './report-text.ts';

const toolProblems: Readonly<Record<CallToolFailedEvent['problem'], string>> = {
  threw: 'threw an error; correct its `run`',
  timeout:
    'did not finish within its `timeoutMs`; pass on the signal that `run` receives, or raise the limit',
  'invalid-arguments':
    'was called with arguments that its `parameters` refuse; describe them better, or accept them',
  'too-large': 'returned more than a function output may contain; let `run` return less',
  'not-json': 'returned something that JSON does not have; let `run` return a JSON value',
};

function toolRemedy({ tool, problem }: CallToolFailedEvent): string {
  return `The tool \`${scrub(tool)}\` ${toolProblems[problem]}.`;
}

function line(
  { call }: CallEvent,
  { details = [], ...report }: Omit<Report, 'level' | 'details'> & Partial<Pick<Report, 'details'>>,
): Report {
  const id = call === undefined ? [] : [scrub(`call ${call}`)];
  return { level: 'error', ...report, details: [...details, ...id] };
}

function withError(cause: unknown): Pick<Report, 'error'> {
  return cause === undefined ? {} : { error: describeError(cause) };
}

/** What to print about a call, if the owner of the server can fix something. */
export function toCallReport(event: CallEvent): Report | undefined {
  switch (event.type) {
    case 'tool-failed':
      return line(event, { code: 'tool-failed', remedy: toolRemedy(event), ...withError(event.cause) });
    case 'degraded':
      return line(event, { code: event.type, remedy: event.remedy, ...withError(event.cause) });
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
