import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import type { EmulatorEvent } from '../events/emulator-event.ts';
import { EmulatorOptionError } from './emulator-option-error.ts';
import type { Generation, RealtimeEmulatorOptions, Reuse, TlsOptions } from './emulator-options.ts';
import { DEFAULT_API_KEY, requireFakeKeys } from './fake-keys.ts';
import { wholeNumber } from './whole-number.ts';

/** Options with every default filled in and every value checked. */
export interface EmulatorSettings {
  /** TCP port, 0 for any. */
  readonly port: number;
  /** Accepted standing keys. */
  readonly apiKeys: readonly [string, ...string[]];
  /** The time the clock starts from, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Lifetime when a request names none, in seconds; `undefined` for the documented ones. */
  readonly defaultTtlSeconds: number | undefined;
  /** Shortest lifetime a request may name, in seconds. */
  readonly minTtlSeconds: number;
  /** Certificate and key, or none. */
  readonly tls: TlsOptions | undefined;
  /** Which calls exist. */
  readonly generation: Generation;
  /** How often one token opens a session. */
  readonly reuse: Reuse;
  /** Longest session, in milliseconds. */
  readonly maxSessionMs: number;
  /** Shortest sound that is speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** Silence after which a WebRTC caller is gone, in milliseconds. */
  readonly peerTimeoutMs: number;
  /** Pause between the pieces of an answer, in milliseconds. */
  readonly responsePaceMs: number;
  /** Tells the listener, if there is one. Never throws. */
  readonly tell: (event: EmulatorEvent) => void;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @param options - What the user gave.
 * @throws {@link EmulatorOptionError} for the first option that is not usable.
 */
export function resolveOptions(options: RealtimeEmulatorOptions): EmulatorSettings {
  requireLoopback(options.host ?? '127.0.0.1');
  const minTtlSeconds = wholeNumber('minTtlSeconds', options.minTtlSeconds ?? MIN_TTL_SECONDS, {
    min: 1,
    max: MIN_TTL_SECONDS,
  });
  const ttlRange = { min: minTtlSeconds, max: MAX_TTL_SECONDS };
  const { defaultTtlSeconds: ttl } = options;
  return {
    ...resolveDurations(options),
    reuse: options.reuse ?? 'until-expiry',
    port: wholeNumber('port', options.port ?? 0, { min: 0, max: 65_535 }),
    apiKeys: requireFakeKeys(options.apiKeys ?? [DEFAULT_API_KEY]),
    nowMs: options.nowMs ?? (() => Date.now()),
    defaultTtlSeconds: ttl === undefined ? undefined : wholeNumber('defaultTtlSeconds', ttl, ttlRange),
    minTtlSeconds,
    tls: options.tls,
    generation: options.generation ?? 'documented',
    tell: teller(options.onEvent),
  };
}

type Durations = Pick<EmulatorSettings, 'maxSessionMs' | 'minSpeechMs' | 'peerTimeoutMs' | 'responsePaceMs'>;

function resolveDurations(options: RealtimeEmulatorOptions): Durations {
  const {
    maxSessionMs = 3_600_000,
    minSpeechMs = 100,
    peerTimeoutMs = 15_000,
    responsePaceMs = 20,
  } = options;
  return {
    maxSessionMs: wholeNumber('maxSessionMs', maxSessionMs, { min: 1_000, max: 86_400_000 }),
    minSpeechMs: wholeNumber('minSpeechMs', minSpeechMs, { min: 20, max: 2_000 }),
    peerTimeoutMs: wholeNumber('peerTimeoutMs', peerTimeoutMs, { min: 3_000, max: 600_000 }),
    responsePaceMs: wholeNumber('responsePaceMs', responsePaceMs, { min: 0, max: 10_000 }),
  };
}

function requireLoopback(host: string): void {
  if (host === '127.0.0.1' || host === 'localhost') return;
  throw new EmulatorOptionError(
    'The emulator listens on 127.0.0.1 only; leave host out, and forward the port if another machine must reach it.',
  );
}

function teller(listener: RealtimeEmulatorOptions['onEvent']): (event: EmulatorEvent) => void {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // A listener's own trouble must not change what the emulator answers.
    }
  };
}
