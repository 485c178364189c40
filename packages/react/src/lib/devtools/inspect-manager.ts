import type { TokenManager } from '@realtime-session/core';
import type { Lease } from '../store/leases.ts';
import { pageClock } from '../store/page-clock.ts';
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

/**
 * Watches a manager: its states, its events and its callers.
 *
 * @param lease - Whoever holds it.
 * @param id - Tells it apart.
 * @param onChange - Told when there is news.
 */
export function inspectManager(
  { manager, source }: Lease,
  id: number,
  onChange: () => void,
): InspectedManager {
  const clock = source?.options().environment?.clock ?? pageClock;
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
