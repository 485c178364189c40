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

/** Throws {@link EmulatorOptionError} for a close code that a WebSocket cannot have; 1005 and 1006 stand for none. */
export function requireCloseCode(code: number): number {
  const isReserved = code === 1004 || (code > 1014 && code < 3_000);
  if (!isReserved) return requireInteger('A close code', code, { min: 1_000, max: 4_999 });
  throw new EmulatorOptionError(
    `${String(code)} is not a close code that can be sent; use 1000 to 1003, 1005 to 1014 or 3000 to 4999.`,
  );
}
