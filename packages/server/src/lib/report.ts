import { findShutdowns } from '@realtime-session/protocol';
import type { SessionShutdown } from '@realtime-session/protocol';
import type { AuditEvent } from './audit-events.ts';
import type { CallEvent } from './calls/call-events.ts';
import type { ProblemCode } from './problem.ts';
import { toCallReport } from './report-call-events.ts';
import { describeShutdown } from './report-remedies.ts';
import { isRequestId, redact, scrub } from './report-text.ts';

/** The part of a console that {@link consoleReporter} uses. */
export interface ReporterConsole {
  /** Receives failures, as one line of text. */
  error(line: string): unknown;
  /** Receives refusals and configuration warnings, as one line of text. */
  warn(line: string): unknown;
}

/** Options of {@link consoleReporter}. */
export interface ConsoleReporterOptions {
  /** Where the lines go. Default: the global `console`. */
  readonly console?: ReporterConsole;
  /** Returns the current time in milliseconds, to print a repeated problem at most once a minute. Default `Date.now`. */
  readonly nowMs?: () => number;
}

/** A mistake in the configuration that does not stop the handler from being created. */
export interface ConfigurationWarning {
  readonly code: 'missing_api_key' | 'missing_safety_identifier_key' | 'shutdown' | 'unknown_address';
  readonly remedy: string;
}

/** Receives warnings about the configuration of a handler. */
interface ConfigurationReporter {
  readonly warn: (warning: ConfigurationWarning) => void;
  readonly warnOfShutdowns: (shutdowns: readonly SessionShutdown[]) => void;
}

/** Receives the events of a handler, and warnings about its configuration. */
export interface Reporter<E> extends ConfigurationReporter {
  readonly onEvent: (event: E) => unknown;
}

/** A problem to print. */
export interface Report {
  readonly level: keyof ReporterConsole;
  readonly code: string;
  readonly remedy: string;
  /** What is known about this occurrence only. */
  readonly details: readonly string[];
  /** The error that a hook threw, as one line. */
  readonly error?: string;
}

/** How often a problem occurred since it was last printed. */
interface Repetition {
  readonly printedAtMs: number;
  count: number;
}

const QUIET_MS = 60_000;

/** Most problems that are told apart. More of them at a time are grouped by their code, so that no client can flood the console. */
const MAX_PROBLEMS = 20;

/**
 * Whether the owner of the server can fix the cause. What only the caller can fix is in the response; 401 and 403 of signed-in
 * users, limits of a user and shutdowns are the normal work of the handler.
 */
export const isReported: Readonly<Record<ProblemCode, 'yes' | 'no' | 'per address'>> = {
  bad_request: 'no',
  invalid_json: 'no',
  // The owner can list the field in `allow`.
  unknown_field: 'yes',
  invalid_field: 'no',
  invalid_offer: 'no',
  unauthorized: 'no',
  origin_forbidden: 'yes',
  host_forbidden: 'yes',
  forbidden: 'no',
  call_not_found: 'no',
  method_not_allowed: 'no',
  request_timeout: 'no',
  call_ended: 'no',
  payload_too_large: 'no',
  unsupported_media_type: 'no',
  // Without `trustProxy`, the address is that of a proxy, and all users share its limit.
  rate_limited: 'per address',
  too_many_calls: 'no',
  budget_exhausted: 'no',
  client_closed_request: 'no',
  internal_error: 'yes',
  server_misconfigured: 'yes',
  upstream_rejected: 'yes',
  upstream_error: 'yes',
  upstream_invalid_response: 'yes',
  upstream_busy: 'yes',
  upstream_quota_exhausted: 'yes',
  limiter_unavailable: 'yes',
  store_unavailable: 'yes',
  shutting_down: 'no',
  upstream_timeout: 'yes',
  outcome_unknown: 'yes',
  hook_timeout: 'yes',
};

function optional(label: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [scrub(`${label} ${value}`)];
}

function requestDetail({ requestId }: AuditEvent): string {
  // An id of a proxy can look like a key without a prefix.
  return `request ${isRequestId(requestId) ? requestId : scrub(requestId)}`;
}

function reportFailure(event: Extract<AuditEvent, { type: 'failed' }>): Report {
  const { code, remedy, upstreamStatus, upstreamCode, upstreamParam, error } = event;
  const status = [upstreamStatus, upstreamCode].filter((part) => part !== undefined).join(' ');
  return {
    level: 'error',
    code,
    remedy,
    details: [
      ...optional('upstream', status === '' ? undefined : status),
      ...optional('parameter', upstreamParam),
      requestDetail(event),
    ],
    ...(error === undefined ? {} : { error }),
  };
}

/** What to print about a request, if the owner of the server can fix something. */
function toAuditReport(event: AuditEvent): Report | undefined {
  switch (event.type) {
    case 'failed':
      return isReported[event.code] === 'yes' ? reportFailure(event) : undefined;
    case 'refused': {
      const { code, remedy, path, limit } = event;
      if (isReported[code] === 'no' || limit === 'principal') return undefined;
      return { level: 'warn', code, remedy, details: [...optional('field', path), requestDetail(event)] };
    }
    case 'preflight': {
      const { remedy } = event;
      if (remedy === undefined) return undefined;
      return { level: 'warn', code: 'origin_forbidden', remedy, details: [requestDetail(event)] };
    }
    case 'minted':
      return reportLimiterFailure(event, 'a token was minted');
    case 'call-created':
      return reportLimiterFailure(event, 'a call was created');
    case 'call-heartbeat':
    case 'call-hung-up':
    case 'aborted':
      return undefined;
  }
}

function reportLimiterFailure(event: AuditEvent, what: string): Report | undefined {
  if (event.limiterFailures === 0) return undefined;
  const remedy = `The limiter failed, and ${what} without a limit because of \`limiterFailure: 'allow'\`; check the store behind \`limiter\`.`;
  return { level: 'error', code: 'limiter_unavailable', remedy, details: [requestDetail(event)] };
}

function formatLine({ code, remedy, error = '', details }: Report): string {
  const suffix = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return [`[realtime-session] ${code}:`, redact(remedy), redact(error)].filter(Boolean).join(' ') + suffix;
}

const unknownAddress: ConfigurationWarning = {
  code: 'unknown_address',
  remedy:
    'The handler received no client address, so all clients share one rate limit. Behind a proxy, set `trustProxy` of your adapter, such as toNextHandler(handler, { trustProxy: { hops: 1 } }); with Hono, set `getConnInfo` of toHonoHandler; without an adapter, pass { address } as the second argument of the handler.',
};

function toShutdownWarning(shutdown: SessionShutdown, nowMs: number): Report {
  return { level: 'warn', code: 'shutdown', remedy: describeShutdown(shutdown, nowMs), details: [] };
}

/** Creates the reporter that prints to a console. */
function createReporter({
  console: sink = console,
  nowMs = Date.now,
}: ConsoleReporterOptions): Reporter<AuditEvent | CallEvent> {
  const repetitions = new Map<string, Repetition>();
  const warned = new Set<string>();

  // A clock set back must not silence the reporter, so the distance counts.
  const isQuiet = ({ printedAtMs }: Repetition, now: number): boolean =>
    Math.abs(now - printedAtMs) < QUIET_MS;

  const toKey = ({ code, remedy, error = '' }: Report, now: number): string => {
    // Errors of one kind often differ in an id or a port only.
    const key = `${code} ${remedy} ${error.replaceAll(/\d+/g, '0')}`;
    if (repetitions.has(key)) return key;
    if (repetitions.size >= MAX_PROBLEMS) {
      for (const [old, repetition] of repetitions) if (!isQuiet(repetition, now)) repetitions.delete(old);
    }
    return repetitions.size < MAX_PROBLEMS ? key : code;
  };

  const print = (report: Report): void => {
    const now = nowMs();
    const key = toKey(report, now);
    const repetition = repetitions.get(key);
    if (repetition !== undefined && isQuiet(repetition, now)) {
      repetition.count += 1;
      return;
    }
    const count = repetition?.count ?? 0;
    repetitions.set(key, { printedAtMs: now, count: 0 });
    const repeated = count === 0 ? [] : [`${count} more since it was last printed`];
    sink[report.level](formatLine({ ...report, details: [...report.details, ...repeated] }));
  };

  const warnOnce = (name: string, report: Report): void => {
    if (warned.has(name)) return;
    warned.add(name);
    sink[report.level](formatLine(report));
  };

  const warn = ({ code, remedy }: ConfigurationWarning): void =>
    warnOnce(code, { level: 'warn', code, remedy, details: [] });

  const warnOfShutdowns = (shutdowns: readonly SessionShutdown[]): void => {
    for (const shutdown of shutdowns)
      warnOnce(`shutdown ${shutdown.name}`, toShutdownWarning(shutdown, nowMs()));
  };

  const onAuditEvent = (event: AuditEvent): Report | undefined => {
    if ('shutdowns' in event) warnOfShutdowns(event.shutdowns);
    if (event.address === 'unknown') warn(unknownAddress);
    return toAuditReport(event);
  };

  const onEvent = (event: AuditEvent | CallEvent): void => {
    const report = 'status' in event ? onAuditEvent(event) : toCallReport(event);
    if (report !== undefined) print(report);
  };

  return { onEvent, warn, warnOfShutdowns };
}

/**
 * Creates a function for `onEvent` that prints one line on the console when a request or a call fails for a reason that the server's
 * owner can fix: code, remedy, the error of a failed hook, and the id of the request or call. It is the default of `onEvent`; use it inside your own to
 * print these lines as well. Works on every runtime.
 *
 * Values from requests and errors are cut to 200 characters, and control characters and secrets are removed. A problem that
 * occurs again within a minute is counted, and the count is printed with its next occurrence after that minute. Not printed:
 * `unauthorized`, `forbidden`, the rate limit of a user, and other refusals that only the caller can fix. Once each, it warns of a model or
 * field with an announced shutdown date, and of requests without a client address.
 *
 * @param options - Where to print, and the clock.
 *
 * @example
 * ```ts
 * const report = consoleReporter();
 * const onEvent = (event: AuditEvent): void => {
 *   report(event);
 *   counter.add(1, { type: event.type });
 * };
 * ```
 */
export function consoleReporter(
  options: ConsoleReporterOptions = {},
): (event: AuditEvent | CallEvent) => void {
  const { onEvent } = createReporter(options);
  return (event) => {
    onEvent(event);
  };
}

/** The reporter of a handler: the owner's `onEvent`, or the console. Only the console receives warnings about the configuration. */
export function resolveReporter<E extends AuditEvent | CallEvent>(
  onEvent: ((event: E) => unknown) | undefined,
  nowMs: () => number,
): Reporter<E> {
  if (onEvent === undefined) return createReporter({ nowMs });
  return { onEvent, warn: () => undefined, warnOfShutdowns: () => undefined };
}

/** The options that are checked for mistakes which do not stop the handler from being created. */
export interface ReportedOptions {
  readonly apiKey: unknown;
  readonly session: unknown;
  /** Set if the key of the hashes in a shared store is missing. */
  readonly missingSecretRemedy?: string | undefined;
}

/** Warns about mistakes in the configuration when the handler is created. Never throws. */
export function reportConfiguration(
  reporter: ConfigurationReporter,
  { apiKey, session, missingSecretRemedy }: ReportedOptions,
): void {
  try {
    if (apiKey === undefined || apiKey === '') {
      const remedy =
        'The option `apiKey` is not set, so every request will fail; set OPENAI_API_KEY in the environment of this server.';
      reporter.warn({ code: 'missing_api_key', remedy });
    }
    if (missingSecretRemedy !== undefined)
      reporter.warn({ code: 'missing_safety_identifier_key', remedy: missingSecretRemedy });
    if (typeof session !== 'function') reporter.warnOfShutdowns(findShutdowns(session));
  } catch {
    // A console or clock that throws must not stop the server.
  }
}
