import type { MintFault } from '../faults/mint-fault.ts';

/** A running emulator. */
export interface RealtimeEmulator {
  /** Base address, `http://127.0.0.1:PORT` (`https:` with the `tls` option). The calls live under `/v1`. */
  readonly url: string;
  /** WebSocket address, `ws://127.0.0.1:PORT/v1/realtime` (`wss:` with the `tls` option). Add `?model=`. */
  readonly webSocketUrl: string;
  /** TCP port. */
  readonly port: number;
  /** A standing key it accepts: the first of `apiKeys`. Fake. */
  readonly apiKey: string;
  /** What has happened so far. */
  stats(): EmulatorStats;
  /** Makes every create call meet a fault until {@link RealtimeEmulator.heal}. */
  fail(fault: MintFault): void;
  /** Ends the fault. Requests that hang already stay hanging. */
  heal(): void;
  /** Ends every session with close code 1001, and stops listening. May be called again. */
  close(): Promise<void>;
}

/** Running totals of an emulator. */
export interface EmulatorStats {
  /** Tokens minted. */
  readonly mints: number;
  /** Sessions opened, over WebSocket. */
  readonly sessions: number;
  /** Sessions open now. */
  readonly live: number;
}
