import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import type { Certificate } from '../http/certificate.ts';
import type { JournalOptions } from '../journal/redact.ts';
import { parseScript } from '../script/parse-script.ts';
import type { ConversationScript } from '../script/script.ts';
import { EmulatorOptionError, requireInteger } from '../shared/option-error.ts';
import { createSystemClock } from './clock.ts';
import type { EmulatorClock } from './clock.ts';
import { resolveCallSettings } from './call-settings.ts';
import type { CallOptions, CallSettings } from './call-settings.ts';
import type { EmulatorEvent } from './emulator-event.ts';
import { resolveHost } from './host.ts';
import type { HostSettings } from './host.ts';
import { requireOneOf } from './one-of.ts';

/** Options of {@link createRealtimeEmulator}. Every option has a default. */
export interface RealtimeEmulatorOptions extends CallOptions {
  /** TCP port, 0..65535. Default 0: any free port. */
  readonly port?: number;
  /**
   * Address or name to listen on. Default `127.0.0.1`: only this machine can reach the emulator. Any other, such as `0.0.0.0` in a
   * container, lets other machines use and control it: it emits a `warning` event, and keys that start with `sk-` must start with
   * `sk-emulator`.
   */
  readonly host?: string;
  /** API keys that can mint tokens, at least one. Default `['sk-emulator']`. Keys that look real are rejected. */
  readonly apiKeys?: readonly string[];
  /**
   * The emulator's base clock, in milliseconds since 1970. Default: the system clock. It decides token expiry, the session
   * limit and the `Date` header; `advance()` moves ahead of it.
   */
  readonly nowMs?: () => number;
  /**
   * The base clock and its timers, in place of `nowMs`. Default: the system's. With a manual clock, tokens expire, calls end and
   * the audio of calls without media plays when a test moves it.
   */
  readonly clock?: EmulatorClock;
  /**
   * Token lifetime in whole seconds for requests that do not set one, `minTtlSeconds`..7200. Default, as documented: 600 for
   * `client_secrets` and `transcription_sessions`, 60 for `sessions`.
   */
  readonly defaultTtlSeconds?: number;
  /** Shortest token lifetime a request can set, in whole seconds, 1..10. Default 10, as documented. Lower it to test expiry. */
  readonly minTtlSeconds?: number;
  /**
   * PEM certificate and key to use in place of the generated certificate. The emulator's URLs then start with `https:` and `wss:`.
   * The port accepts connections with and without TLS in any case.
   */
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
  /**
   * Longest session, in whole milliseconds, 1000..86400000. Default 3600000: 60 minutes, as documented for Realtime. `live.lifetimeMs`
   * sets another one for Live.
   */
  readonly maxSessionMs?: number;
  /**
   * Shortest audio that counts as speech, in whole milliseconds, 20..2000. Default 100. Lower it to accept short sounds.
   */
  readonly minSpeechMs?: number;
  /**
   * Time without packets after which a WebRTC peer counts as disconnected, in whole milliseconds, 3000..600000. Default 15000.
   * It detects closed tabs and lost machines; a peer that hangs up ends its session immediately.
   */
  readonly peerTimeoutMs?: number;
  /** Delay between the chunks of a streamed response, in milliseconds, 0..10000. Default 20. */
  readonly responsePaceMs?: number;
  /**
   * Models that exist in addition to the current ones, such as the deployments of a gateway. Default none. Requests for other
   * models are refused with `model_not_found`. A listed model is never warned about or shut down.
   */
  readonly models?: readonly string[];
  /** Voices that exist in addition to the built-in ones. Default none. Custom voices, `{ id }`, always exist. */
  readonly voices?: readonly string[];
  /**
   * What the model says and does, or a list of scripts, of which the first with a turn that matches is used. Default none: the
   * emulator repeats what the user says.
   */
  readonly script?: ConversationScript | readonly ConversationScript[];
  /** What the journals of the sessions keep of audio and secrets. Default: sizes of audio, and no secrets. */
  readonly journal?: JournalOptions;
  /**
   * Seed of every id and token, a text or a whole number. Default none: ids are random. With the same seed, the same client
   * behavior and the same `nowMs`, an emulator sends the same bytes.
   */
  readonly seed?: string | number;
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
export interface EmulatorSettings
  extends
    CallSettings,
    Required<
      Omit<
        RealtimeEmulatorOptions,
        | 'apiKeys'
        | 'defaultTtlSeconds'
        | 'host'
        | 'journal'
        | 'nowMs'
        | 'onEvent'
        | 'script'
        | 'seed'
        | 'tls'
        | keyof CallOptions
      >
    > {
  readonly apiKeys: readonly [string, ...string[]];
  readonly listen: HostSettings;
  /** `undefined` means the documented lifetime of each endpoint. */
  readonly defaultTtlSeconds: number | undefined;
  /** `undefined` means a generated certificate. */
  readonly tls: Certificate | undefined;
  readonly journal: Required<JournalOptions>;
  readonly scripts: readonly ConversationScript[];
  /** `undefined` means random ids. */
  readonly seed: string | undefined;
  /** Calls the listener, if there is one. Never throws. */
  readonly emit: (event: EmulatorEvent) => void;
}

const DEFAULT_API_KEY = 'sk-emulator';
const REAL_KEY = /^sk-(?:(?:proj|svcacct|admin|ant)-|[A-Za-z0-9_-]{40,}$)/;

/** Validates the options and applies the defaults. Throws {@link EmulatorOptionError} for the first invalid option. */
export function resolveOptions(options: RealtimeEmulatorOptions): EmulatorSettings {
  const listen = resolveHost(options.host ?? '127.0.0.1');
  return {
    listen,
    ...resolveLifetimes(options),
    ...resolveDurations(options),
    reuse: options.reuse ?? 'until-expiry',
    port: requireInteger('port', options.port ?? 0, { min: 0, max: 65_535 }),
    apiKeys: requireFakeKeys(options.apiKeys ?? [DEFAULT_API_KEY], listen.reach),
    ...resolveCallSettings(options),
    tls: options.tls === undefined ? undefined : resolveCertificate(options.tls),
    generation: options.generation ?? 'documented',
    models: requireNames('models', options.models ?? []),
    voices: requireNames('voices', options.voices ?? []),
    ...resolveTestAids(options),
    emit: createEmit(options.onEvent),
  };
}

function resolveCertificate({ key, cert }: TlsOptions): Certificate {
  return { key: key.toString(), cert: cert.toString(), authority: cert.toString() };
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

/** What tests use: clocks, scripts, journals and ids. */
function resolveTestAids({
  script = [],
  journal = {},
  seed,
  nowMs = () => Date.now(),
  clock = createSystemClock(nowMs),
}: RealtimeEmulatorOptions): Pick<EmulatorSettings, 'clock' | 'journal' | 'scripts' | 'seed'> {
  return { clock, scripts: parseScript(script), journal: resolveJournal(journal), seed: requireSeed(seed) };
}

function resolveJournal({
  audio = 'summary',
  secrets = 'hidden',
  entries = 1_000,
}: JournalOptions): Required<JournalOptions> {
  return {
    entries: requireInteger('journal.entries', entries, { min: 0, max: 1_000 }),
    audio: requireOneOf('journal.audio', audio, ['summary', 'full']),
    secrets: requireOneOf('journal.secrets', secrets, ['hidden', 'shown']),
  };
}

function requireSeed(seed: unknown): string | undefined {
  if (seed === undefined || (typeof seed === 'string' && seed !== '')) return seed;
  if (typeof seed === 'number' && Number.isSafeInteger(seed)) return String(seed);
  throw new EmulatorOptionError('seed must be a whole number or a text that is not empty.');
}

function requireNames(option: string, names: readonly string[]): readonly string[] {
  const list: unknown = names;
  const isValid = Array.isArray(list) && list.every((name) => typeof name === 'string' && name.trim() !== '');
  if (isValid) return [...names];
  throw new EmulatorOptionError(`${option} must be a list of names, such as ['my-deployment'].`);
}

/** Whether a credential may be a real API key that has crossed a network. */
export function isExposedKey({ listen }: EmulatorSettings, credential: string | undefined): boolean {
  return listen.reach === 'network' && credential !== undefined && !isFakeKey(credential);
}

function isFakeKey(credential: string): boolean {
  return !credential.startsWith('sk-') || credential.startsWith(DEFAULT_API_KEY);
}

/** Keeps real keys out of tests, scripts and shell histories. */
function requireFakeKeys(keys: readonly string[], reach: HostSettings['reach']): EmulatorSettings['apiKeys'] {
  const [first, ...rest] = keys;
  if (first === undefined)
    throw new EmulatorOptionError(`apiKeys is empty; pass one fake key, such as ${DEFAULT_API_KEY}.`);
  for (const key of keys) {
    if (REAL_KEY.test(key) || (reach === 'network' && !isFakeKey(key))) {
      throw new EmulatorOptionError(
        `An API key passed to the emulator looks real; pass fake keys only, such as ${DEFAULT_API_KEY}, and revoke the real key if others could see it.${reach === 'network' ? ` With this host, keys that start with sk- must start with ${DEFAULT_API_KEY}.` : ''}`,
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
