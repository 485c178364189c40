/** Thrown when an option of the emulator is not usable. The message says which one and what to do instead. */
export class EmulatorOptionError extends Error {
  override readonly name = 'EmulatorOptionError';
}
