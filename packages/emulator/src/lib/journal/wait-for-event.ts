import { requireInteger } from '../shared/option-error.ts';
import { isRecord } from '../shared/json.ts';
import type { Journal, JournalDirection, JournalEntry } from './journal.ts';
import type { JournalEvent } from './redact.ts';

/**
 * Which events match: those of a type, those that have all the given members (of objects and lists in them, again at least the
 * given members), or those for which a function returns `true`.
 */
export type EventMatch = string | Readonly<Record<string, unknown>> | ((event: JournalEvent) => boolean);

/** How to wait for an event. */
export interface WaitOptions {
  /** `received` (default): events of the client. `sent`: events of the emulator. */
  readonly direction?: JournalDirection;
  /** `start` (default): past events count. `now`: only events that happen after the call. */
  readonly from?: 'start' | 'now';
  /** Which of the matching events to wait for, 1 to 1000. Default 1, the first. */
  readonly nth?: number;
  /** Longest wait in real time, in whole milliseconds, 0 to 600000. Default 5000. */
  readonly timeoutMs?: number;
}

/** Why waiting for an event or a session ended, or why an event could not be sent. */
export type EmulatorSessionErrorCode = 'timeout' | 'closed';

/** Thrown when an event or a session did not arrive in time, or when the session has closed. */
export class EmulatorSessionError extends Error {
  override readonly name = 'EmulatorSessionError';
  /** `timeout`, or `closed` if the session has closed. */
  readonly code: EmulatorSessionErrorCode;

  constructor(code: EmulatorSessionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What can be waited for: events until the session closes. */
export interface WaitTarget {
  readonly journal: Journal;
  /** Aborted when the session has closed. */
  readonly closed: AbortSignal;
}

const MAX_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_LISTED_EVENTS = 30;

/** Resolves with an event of a session. Throws {@link EmulatorSessionError}, with a list of the events that did happen. */
export async function waitForEvent(
  { journal, closed }: WaitTarget,
  match: EventMatch,
  options: WaitOptions = {},
): Promise<JournalEvent> {
  const { direction = 'received', from = 'start' } = options;
  const nth = requireInteger('nth', options.nth ?? 1, { min: 1, max: 1_000 });
  const firstIndex = from === 'start' ? 0 : journal.mark();
  const events = (): JournalEvent[] =>
    journal
      .entries()
      .filter((entry) => entry.direction === direction && entry.index >= firstIndex)
      .map(({ event }) => event);
  const find = (): JournalEvent | undefined =>
    events().filter((event) => matchesEvent(event, match))[nth - 1];
  const what = describeMatch(match, nth);
  const listEvents = (): string => `${direction}: ${listTypes(journal.entries(), direction)}`;
  return waitUntil(find, {
    timeoutMs: options.timeoutMs,
    subscribe: (check) => journal.subscribe(check),
    closed,
    onTimeout: (ms) => `No ${what} within ${String(ms)} ms; ${listEvents()}.`,
    onClosed: () => `The session closed without ${what}; ${listEvents()}.`,
  });
}

interface Wait {
  readonly timeoutMs: number | undefined;
  readonly subscribe: (check: () => void) => () => void;
  readonly closed: AbortSignal;
  readonly onTimeout: (ms: number) => string;
  readonly onClosed: () => string;
}

/** Resolves when `find` returns a value. Throws {@link EmulatorSessionError}. */
export function waitUntil<T>(find: () => T | undefined, wait: Wait): Promise<T> {
  const range = { min: 0, max: MAX_TIMEOUT_MS };
  const timeoutMs = requireInteger('timeoutMs', wait.timeoutMs ?? DEFAULT_TIMEOUT_MS, range);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      unsubscribe();
      clearTimeout(timer);
      wait.closed.removeEventListener('abort', onClosed);
    };
    const check = (): 'found' | 'waiting' => {
      const found = find();
      if (found === undefined) return 'waiting';
      stop();
      resolve(found);
      return 'found';
    };
    const fail = (code: EmulatorSessionErrorCode, message: string): void => {
      stop();
      reject(new EmulatorSessionError(code, message));
    };
    const onClosed = (): void => fail('closed', wait.onClosed());
    const unsubscribe = wait.subscribe(() => void check());
    const timer = setTimeout(() => fail('timeout', wait.onTimeout(timeoutMs)), timeoutMs);
    if (check() === 'found') return;
    if (wait.closed.aborted) onClosed();
    else wait.closed.addEventListener('abort', onClosed);
  });
}

function matchesEvent(event: JournalEvent, match: EventMatch): boolean {
  if (typeof match === 'string') return event.type === match;
  return typeof match === 'function' ? match(event) : includes(event, match);
}

/** Whether a value has at least the expected members. */
function includes(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return Array.isArray(actual) && expected.every((element, index) => includes(actual[index], element));
  if (!isRecord(expected)) return Object.is(actual, expected);
  return isRecord(actual) && Object.entries(expected).every(([name, value]) => includes(actual[name], value));
}

function describeMatch(match: EventMatch, nth: number): string {
  const which = nth === 1 ? '' : ` (number ${String(nth)})`;
  if (typeof match === 'string') return `${match}${which}`;
  return `event that matches ${typeof match === 'function' ? 'the function' : JSON.stringify(match)}${which}`;
}

/** Lists the types of the newest events, with a number for consecutive ones. */
function listTypes(entries: readonly JournalEntry[], direction: JournalDirection): string {
  const runs: { readonly type: string; count: number }[] = [];
  for (const { event, audioEvents = 1 } of entries.filter((entry) => entry.direction === direction)) {
    const last = runs.at(-1);
    if (last?.type === event.type) last.count += audioEvents;
    else runs.push({ type: event.type, count: audioEvents });
  }
  if (runs.length === 0) return 'nothing';
  const listed = runs
    .slice(-MAX_LISTED_EVENTS)
    .map(({ type, count }) => (count === 1 ? type : `${String(count)} × ${type}`));
  return (runs.length > MAX_LISTED_EVENTS ? '…, ' : '') + listed.join(', ');
}
