/** Thrown when the emulator cannot listen. The message says why and what to do. */
export class EmulatorStartError extends Error {
  override readonly name = 'EmulatorStartError';
  /** The system's error code, such as `EADDRINUSE`. */
  readonly code: string;

  /** Takes the system's code and a sentence. */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
