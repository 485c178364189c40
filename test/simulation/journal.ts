/** What happened last, and how often. Names tokens and calls by number, never by value. */
export interface Journal {
  /** Notes one line. */
  note(line: string): void;
  /** Counts one of a kind. */
  count(kind: string): void;
  /** The first rule that was broken. */
  violation(): Violation | undefined;
  /** Notes that a rule was broken. */
  fail(rule: Rule, what: string): void;
  /** The last lines. */
  last(): readonly string[];
  /** All counts. */
  counts(): ReadonlyMap<string, number>;
}

/** What must never be untrue; README.md says each in a sentence. */
export type Rule =
  | 'no-dead-token'
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
  | 'promises-kept';

/** A rule that was broken. */
export interface Violation {
  /** Which. */
  readonly rule: Rule;
  /** How. */
  readonly what: string;
  /** When, in true milliseconds. */
  readonly atMs: number;
}

const KEPT = 40;

/** Makes an empty journal. */
export function createJournal(nowMs: () => number): Journal {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  let first: Violation | undefined;
  const note = (line: string): void => {
    lines.push(`${(nowMs() / 1000).toFixed(3).padStart(12)} s  ${line}`);
    if (lines.length > KEPT * 2) lines.splice(0, KEPT);
  };
  return {
    note,
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    violation: () => first,
    fail(rule, what) {
      first ??= { rule, what, atMs: nowMs() };
      note(`BROKEN ${rule}: ${what}`);
    },
    last: () => lines.slice(-KEPT),
    counts: () => counts,
  };
}
