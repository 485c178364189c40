import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import { EmulatorOptionError, requireInteger } from '../shared/option-error.ts';
import type { EmulatorEvent } from './emulator-event.ts';

/** Options of {@link createRealtimeEmulator}. Every option has a default. */
export interface RealtimeEmulatorOptions {
  /** TCP port, 0..65535. Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on: `127.0.0.1` (default), or `localhost`, which means the same here. */
  readonly host?: string;
  /** API keys that can mint tokens, at least one. Default `['sk-emulator']`. Keys that look real are rejected. */
  readonly apiKeys?: readonly string[];
  /**
   * The emulator's base clock, in milliseconds since 1970. Default: the system clock. It decides token expiry, the session
   * limit and the `Date` header; `advance()` moves ahead of it.
   */
  readonly nowMs?: () => number;
  /**
   * Token lifetime in whole seconds for requests that do not set one, `minTtlSeconds`..7200. Default, as documented: 600 for
   * `client_secrets` and `transcription_sessions`, 60 for `sessions`.
   */
  readonly defaultTtlSeconds?: number;
  /** Shortest token lifetime a request can set, in whole seconds, 1..10. Default 10, as documented. Lower it to test expiry. */
  readonly minTtlSeconds?: number;
  /** PEM certificate and key, for clients that require `https:` and `wss:`. Default none: plain `http:` and `ws:`. */
  readonly tls?: TlsOptions;
  /**
   * `documented` (default): every documented endpoint exists. `current`: `sessions` and `transcription_sessions` respond with
   * 404 `Invalid URL (POST …)`, as the public API has done since May 2026.
   */
  readonly generation?: Generation;
  /**
   * How often one token can open a session. `until-expiry` (default): any number of times before it expires, as documented.
   * `once`: its second use is rejected, which has been observed.
   */
  readonly reuse?: Reuse;
  /** Longest session, in whole milliseconds, 1000..86400000. Default 3600000: 60 minutes, as documented. */
  readonly maxSessionMs?: number;
  /**
   * Shortest audio that counts as speech, in whole milliseconds, 20..2000. Default 100. Lower it to accept the short beeps of
   * Chromium's fake microphone.
   */
  readonly minSpeechMs?: number;
  /**
   * Time without packets after which a WebRTC peer counts as disconnected, in whole milliseconds, 3000..600000. Default 15000.
   * It detects closed tabs and lost machines; a peer that hangs up ends its session immediately.
   */
  readonly peerTimeoutMs?: number;
  /** Delay between the chunks of a streamed response, in milliseconds, 0..10000. Default 20. */
  readonly responsePaceMs?: number;
  /** Receives every event. Events contain no tokens, keys or instructions. Errors thrown by the listener are ignored. */
  readonly onEvent?: (event: EmulatorEvent) => void;
}

/** Certificate and key of the emulator. */
export interface TlsOptions {
  /** Private key, PEM. */
  readonly key: string | Buffer;
  /** Certificate chain, PEM. */
  readonly cert: string | Buffer;
}

/** Which endpoints of the API exist. */
export type Generation = 'documented' | 'current';

/** How often one token can open a session. */
export type Reuse = 'until-expiry' | 'once';

/** Validated options with defaults applied. */
export interface EmulatorSettings extends Required<
  Omit<RealtimeEmulatorOptions, 'apiKeys' | 'defaultTtlSeconds' | 'host' | 'onEvent' | 'tls'>
> {
  readonly apiKeys: readonly [string, ...string[]];
  /** `undefined` means the documented lifetime of each endpoint. */
  readonly defaultTtlSeconds: number | undefined;
  readonly tls: TlsOptions | undefined;
  /** Calls the listener, if there is one. Never throws. */
  readonly emit: (event: EmulatorEvent) => void;
}

const DEFAULT_API_KEY = 'sk-emulator';
const REAL_KEY = /^sk-(?:(?:proj|svcacct|admin|ant)-|[A-Za-z0-9_-]{40,}$)/;

/** Validates the options and applies the defaults. Throws {@link EmulatorOptionError} for the first invalid option. */
export function resolveOptions(options: RealtimeEmulatorOptions): EmulatorSettings {
  requireLoopback(options.host ?? '127.0.0.1');
  return {
    ...resolveLifetimes(options),
    ...resolveDurations(options),
    reuse: options.reuse ?? 'until-expiry',
    port: requireInteger('port', options.port ?? 0, { min: 0, max: 65_535 }),
    apiKeys: requireFakeKeys(options.apiKeys ?? [DEFAULT_API_KEY]),
    nowMs: options.nowMs ?? (() => Date.now()),
    tls: options.tls,
    generation: options.generation ?? 'documented',
    emit: createEmit(options.onEvent),
  };
}

function resolveLifetimes({
  minTtlSeconds: min = MIN_TTL_SECONDS,
  defaultTtlSeconds: ttl,
}: RealtimeEmulatorOptions): Pick<EmulatorSettings, 'minTtlSeconds' | 'defaultTtlSeconds'> {
  requireInteger('minTtlSeconds', min, { min: 1, max: MIN_TTL_SECONDS });
  if (ttl !== undefined) requireInteger('defaultTtlSeconds', ttl, { min, max: MAX_TTL_SECONDS });
  return { minTtlSeconds: min, defaultTtlSeconds: ttl };
}

type Durations = Pick<EmulatorSettings, 'maxSessionMs' | 'minSpeechMs' | 'peerTimeoutMs' | 'responsePaceMs'>;

function resolveDurations({
  maxSessionMs = 3_600_000,
  minSpeechMs = 100,
  peerTimeoutMs = 15_000,
  responsePaceMs = 20,
}: RealtimeEmulatorOptions): Durations {
  return {
    maxSessionMs: requireInteger('maxSessionMs', maxSessionMs, { min: 1_000, max: 86_400_000 }),
    minSpeechMs: requireInteger('minSpeechMs', minSpeechMs, { min: 20, max: 2_000 }),
    peerTimeoutMs: requireInteger('peerTimeoutMs', peerTimeoutMs, { min: 3_000, max: 600_000 }),
    responsePaceMs: requireInteger('responsePaceMs', responsePaceMs, { min: 0, max: 10_000 }),
  };
}

function requireLoopback(host: string): void {
  if (host === '127.0.0.1' || host === 'localhost') return;
  throw new EmulatorOptionError(
    'The emulator listens on 127.0.0.1 only; omit host, and forward the port if another machine needs access.',
  );
}

/** Keeps real keys out of tests, scripts and shell histories. */
function requireFakeKeys(keys: readonly string[]): EmulatorSettings['apiKeys'] {
  const [first, ...rest] = keys;
  if (first === undefined)
    throw new EmulatorOptionError(`apiKeys is empty; pass one fake key, such as ${DEFAULT_API_KEY}.`);
  for (const key of keys) {
    if (REAL_KEY.test(key)) {
      throw new EmulatorOptionError(
        `An API key passed to the emulator looks real; pass fake keys only, such as ${DEFAULT_API_KEY}, and revoke the real key if others could see it.`,
      );
    }
    if (!/^[\w.-]+$/.test(key) || key.startsWith('ek_')) {
      throw new EmulatorOptionError(
        'An API key of the emulator can contain letters, digits, ".", "_" and "-" only, and must not start with "ek_", the prefix of tokens.',
      );
    }
  }
  return [first, ...rest];
}

function createEmit(listener: RealtimeEmulatorOptions['onEvent']): EmulatorSettings['emit'] {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // Listener errors must not affect responses.
    }
  };
}
