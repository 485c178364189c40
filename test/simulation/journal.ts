/** A log with counters. Refers to tokens and calls by number, never by value. */
export interface Journal<R extends string = Rule> {
  log(line: string): void;
  count(kind: string): void;
  violation(): Violation<R> | undefined;
  fail(rule: R, what: string): void;
  last(): readonly string[];
  counts(): ReadonlyMap<string, number>;
}

/** README.md describes each rule. */
export type Rule =
  | 'no-expired-token'
  | 'single-flight'
  | 'mint-rate'
  | 'static-stability'
  | 'no-hanging-caller'
  | 'fence'
  | 'nothing-left'
  | 'recovery'
  | 'true-state'
  | 'no-secret'
  | 'no-unhandled-rejection'
  | 'contract';

export interface Violation<R extends string = Rule> {
  readonly rule: R;
  readonly what: string;
  readonly atMs: number;
}

const MAX_LINES = 40;

export function createJournal<R extends string = Rule>(nowMs: () => number): Journal<R> {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  let first: Violation<R> | undefined;
  const log = (line: string): void => {
    lines.push(`${(nowMs() / 1000).toFixed(3).padStart(12)} s  ${line}`);
    if (lines.length > MAX_LINES * 2) lines.splice(0, MAX_LINES);
  };
  return {
    log,
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    violation: () => first,
    fail(rule, what) {
      first ??= { rule, what, atMs: nowMs() };
      log(`BROKEN ${rule}: ${what}`);
    },
    last: () => lines.slice(-MAX_LINES),
    counts: () => counts,
  };
}
