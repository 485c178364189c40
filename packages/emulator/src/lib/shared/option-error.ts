/** Thrown when an option of the emulator is invalid. The message names the option and the remedy. */
export class EmulatorOptionError extends Error {
  override readonly name = 'EmulatorOptionError';
}

/** Returns `value` if it is a whole number in the range, both ends included; throws {@link EmulatorOptionError} otherwise. */
export function requireInteger(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new EmulatorOptionError(`${name} must be a whole number from ${min} to ${max}.`);
}
