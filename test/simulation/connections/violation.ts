/** A rule that a schedule broke. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** Keeps the first violation, and a log of everything that happened before it. */
export class Journal {
  violation: Violation | undefined;
  readonly lines: string[] = [];

  log(line: string): void {
    if (!this.violation) this.lines.push(line);
  }

  violate(rule: string, what: string): void {
    if (this.violation) return;
    this.log(`broke ${rule}: ${what}`);
    this.violation = { rule, what };
  }

  check(rule: string, holds: boolean, describe: () => string): void {
    if (!holds) this.violate(rule, describe());
  }
}

/** Describes what was thrown or rejected, without its stack. */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code: unknown = Reflect.get(thrown, 'code');
  const cause: unknown = thrown.cause;
  return `${thrown.name} ${String(code)}${cause === undefined ? '' : ` (${describeError(cause)})`}`;
}
