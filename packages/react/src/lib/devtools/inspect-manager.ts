import type { TokenManager } from '@realtime-session/core';
import type { Lease } from '../store/leases.ts';
import type { HookClock } from '../store/page-clock.ts';
import { emptyRecord, noteCall, noteEvent, noteState, type ManagerRecord } from './manager-record.ts';
import { watchCalls } from './watch-calls.ts';

/** A manager that is watched. */
export interface InspectedManager {
  /** Tells managers apart. */
  readonly id: number;
  /** Which. */
  readonly manager: TokenManager;
  /** What made it; `undefined` when the app did. */
  readonly source: Lease['source'];
  /** What it is called. */
  readonly name: string;
  /** The moment, on its own clock. */
  readonly nowMs: () => number;
  /** What is known of it. */
  readonly record: () => ManagerRecord;
  /** Leaves it as it was. */
  readonly stop: () => void;
}

/** What an inspector adds to a manager. */
export interface InspectorPart {
  /** Tells the manager apart. */
  readonly id: number;
  /** Goes for a manager without an environment of its own. */
  readonly clock: HookClock;
}

/**
 * Watches a manager: its states, its events and its callers.
 *
 * @param lease - Whoever holds it.
 * @param part - What the inspector knows.
 * @param onChange - Told when there is news.
 */
export function inspectManager(
  { manager, source }: Lease,
  { id, clock: fallback }: InspectorPart,
  onChange: () => void,
): InspectedManager {
  const clock = source?.options().environment?.clock ?? fallback;
  const nowMs = (): number => clock.nowMs();
  let record = emptyRecord(manager.getState(), nowMs());
  const learn = (next: ManagerRecord): void => {
    record = next;
    onChange();
  };
  const stops = [
    manager.on((event) => learn(noteEvent(record, event))),
    manager.subscribe((state) => learn(noteState(record, state, nowMs()))),
    watchCalls(manager, nowMs, (call) => learn(noteCall(record, call))),
  ];
  return {
    id,
    manager,
    source,
    name: nameOf(source),
    nowMs,
    record: () => record,
    stop: () => stops.forEach((stop) => stop()),
  };
}

function nameOf(source: Lease['source']): string {
  if (!source) return 'a manager of the app';
  const { key, endpoint } = source.options();
  return key ?? endpoint ?? 'a fetcher of one component';
}
