/** An object whose members are not validated yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether a value is an object with string keys: not `null`, not an array. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
