/** How a session is brought to its end by the emulator. */
export interface Ending {
  /** WebSocket close code. */
  readonly closeCode: number;
  /** WebSocket close reason. */
  readonly reason: string;
}

/** What a connection that broke, rather than was closed, reports. */
export const BROKEN = 1006;
