import { EmulatorOptionError } from './emulator-option-error.ts';

/** Smallest and largest value allowed, both included. */
export interface Range {
  /** Smallest. */
  readonly min: number;
  /** Largest. */
  readonly max: number;
}

/**
 * Lets whole numbers of a range through.
 *
 * @param name - Name of the option, for the message.
 * @param value - What was given.
 * @param range - What is allowed.
 * @throws {@link EmulatorOptionError} for anything else.
 */
export function wholeNumber(name: string, value: number, range: Range): number {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new EmulatorOptionError(`${name} must be a whole number from ${range.min} to ${range.max}.`);
}
