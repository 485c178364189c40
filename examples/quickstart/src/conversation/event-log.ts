/** One row of the event list. Consecutive deltas of the same type share one row. */
export interface LoggedEvent {
  readonly id: number;
  readonly sender: 'page' | 'api';
  readonly type: string;
  /** How many events share this row. */
  readonly count: number;
  /** Time since the call was opened, in milliseconds. */
  readonly sinceStartMs: number;
}

/** The events of the latest call, oldest first. */
export interface EventLog {
  readonly startedAtMs: number;
  readonly events: readonly LoggedEvent[];
}

export type EventLogAction =
  | { readonly type: 'started'; readonly atMs: number }
  | {
      readonly type: 'logged';
      readonly sender: LoggedEvent['sender'];
      readonly eventType: string;
      readonly atMs: number;
    };

const MAX_EVENTS = 500;

export const emptyLog: EventLog = { startedAtMs: 0, events: [] };

export function eventLogReducer(log: EventLog, action: EventLogAction): EventLog {
  if (action.type === 'started') return { startedAtMs: action.atMs, events: [] };
  const { sender, eventType: type, atMs } = action;
  const { startedAtMs, events } = log;
  // Text and audio deltas alternate, so the row of the same type can be a few rows back.
  const row = type.endsWith('.delta') ? events.slice(-3).find((event) => event.type === type) : undefined;
  if (row !== undefined) {
    const counted = { ...row, count: row.count + 1 };
    return { startedAtMs, events: events.map((event) => (event === row ? counted : event)) };
  }
  const id = (events.at(-1)?.id ?? 0) + 1;
  const added = { id, sender, type, count: 1, sinceStartMs: atMs - startedAtMs };
  return { startedAtMs, events: [...events.slice(1 - MAX_EVENTS), added] };
}
