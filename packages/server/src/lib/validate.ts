import { closestMatch } from 'leven';

/** An object whose members are not validated yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether a value is an object with string keys: not `null`, not an array. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads an own member of an untrusted object, so that inherited ones such as `constructor` do not count. */
export function readMember(record: UnknownRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Whether a header can carry the text unchanged. Excludes spaces and line breaks, so the text cannot split the header. */
export function isHeaderValue(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}

/** An inclusive range of whole numbers. */
export interface IntegerRange {
  readonly min: number;
  /** Default: no upper limit. */
  readonly max?: number;
}

/**
 * Checks that an option is a whole number within its range.
 *
 * @throws TypeError Names the option and its range.
 */
export function checkInteger(option: string, value: number, { min, max }: IntegerRange): number {
  if (Number.isInteger(value) && value >= min && value <= (max ?? Infinity)) return value;
  const range = max === undefined ? `${min} up` : `${min} to ${max}`;
  throw new TypeError(`${option} must be a whole number from ${range}.`);
}

/**
 * Checks that an object has no unknown members, which TypeScript reports and plain JavaScript ignores.
 *
 * @param what - What the members belong to, such as `limits`.
 * @throws TypeError Names the unknown member and the nearest known one.
 */
export function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const suggestion = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
    throw new TypeError(`${what}: unknown option ${JSON.stringify(name.slice(0, 64))}; ${suggestion}`);
  }
}

/** The known name that differs least, or that contains the given one (`timeout`, `origins`). */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const similar = closestMatch(
    lower,
    known.map((one) => one.toLowerCase()),
    { maxDistance: Math.min(3, Math.ceil(lower.length / 2)) },
  );
  const isPart = (one: string): boolean => lower.length > 2 && one.toLowerCase().includes(lower);
  return known.find((one) => one.toLowerCase() === similar) ?? known.find(isPart);
}

/** Describes a value by its type, for messages that must not repeat the value. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Checks that an option is a function, if it is given.
 *
 * @throws TypeError Names the option.
 */
export function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new TypeError(`${option} must be a function, not ${describeType(value)}.`);
}

/**
 * Checks that an option is a list of texts, if it is given.
 *
 * @param example - Shows the right form.
 * @throws TypeError Names the option and the right form.
 */
export function checkTexts(option: string, value: unknown, example: string): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((text) => typeof text === 'string')) return;
  throw new TypeError(`${option} must be a list of texts, such as ${example}.`);
}

/**
 * Wraps a clock, so that a reading that is not a finite number is replaced by `Date.now()`: with `NaN`, every later comparison
 * of a rate limit would fail.
 *
 * @param nowMs - Returns the current time in milliseconds. Default `Date.now`.
 */
export function createClock(nowMs: () => number = Date.now): () => number {
  return () => {
    const now = nowMs();
    return Number.isFinite(now) ? now : Date.now();
  };
}

/**
 * Checks that an option is one of a few words.
 *
 * @throws TypeError Names the option and the words.
 */
export function checkOneOf<W extends string>(option: string, value: W, words: readonly W[]): W {
  if (words.includes(value)) return value;
  throw new TypeError(`${option} must be one of ${words.map((word) => `"${word}"`).join(', ')}.`);
}
