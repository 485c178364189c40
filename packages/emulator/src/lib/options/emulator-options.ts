import type { EmulatorEvent } from '../events/emulator-event.ts';

/** How a local emulator is set up. Every member has a default. */
export interface RealtimeEmulatorOptions {
  /** TCP port, 0..65535. Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Only `127.0.0.1` (default) and `localhost`, which means the same here. */
  readonly host?: string;
  /** Standing keys that may mint, at least one. Default `['sk-emulator']`. Fake ones only: keys that look real are refused. */
  readonly apiKeys?: readonly string[];
  /**
   * The time the emulator starts from, in milliseconds since 1970. Default the system's. Decides expiry, the session cap and the
   * `Date` header; `advance()` moves it ahead.
   */
  readonly nowMs?: () => number;
  /**
   * Token lifetime in whole seconds when a request names none, `minTtlSeconds`..7200. Default, as documented: 600 for
   * `client_secrets` and `transcription_sessions`, 60 for `sessions`.
   */
  readonly defaultTtlSeconds?: number;
  /** Shortest lifetime a request may name, in whole seconds, 1..10. Default 10, as documented. Lower it to watch tokens expire. */
  readonly minTtlSeconds?: number;
  /** Certificate and key in PEM, for clients that insist on `https:` and `wss:`. Default none: plain `http:` and `ws:`. */
  readonly tls?: TlsOptions;
  /**
   * `documented` (default): both create calls answer. `current`: `sessions` and `transcription_sessions` answer 404
   * `Invalid URL (POST …)`, as the public API has done since May 2026.
   */
  readonly generation?: Generation;
  /**
   * How often one token opens a session. `until-expiry` (default): any number of times while it lives, as documented. `once`:
   * the second use is refused, as some have seen happen.
   */
  readonly reuse?: Reuse;
  /** Longest session, in whole milliseconds, 1000..86400000. Default 3600000: 60 minutes, as documented. */
  readonly maxSessionMs?: number;
  /**
   * Shortest sound that counts as speech, in whole milliseconds, 20..2000. Default 100. Lower it to take the short beeps of
   * Chromium's fake microphone for speech.
   */
  readonly minSpeechMs?: number;
  /**
   * Silence on the network after which a WebRTC caller counts as gone, in whole milliseconds, 3000..600000. Default 15000.
   * A caller that hangs up says so; this is for tabs that were closed and machines that vanished.
   */
  readonly peerTimeoutMs?: number;
  /** Pause between the pieces of a streamed answer, in milliseconds, 0..10000. Default 20. */
  readonly responsePaceMs?: number;
  /** Hears what happens. Events hold no token, key or instructions. A listener that throws is ignored. */
  readonly onEvent?: (event: EmulatorEvent) => void;
}

/** Certificate and key of the emulator. */
export interface TlsOptions {
  /** Private key, PEM. */
  readonly key: string | Buffer;
  /** Certificate chain, PEM. */
  readonly cert: string | Buffer;
}

/** Which of the API's calls exist. */
export type Generation = 'documented' | 'current';

/** How often one token opens a session. */
export type Reuse = 'until-expiry' | 'once';
