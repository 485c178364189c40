import { EmulatorOptionError, requireInteger } from '../shared/option-error.ts';
import { requireOneOf } from './one-of.ts';

const DAY_MS = 86_400_000;

/**
 * Options for the sessions of `POST /v1/live/sessions`. Where the documentation is silent, the default is a guess, which is marked as
 * one. Test a server under every value.
 */
export interface LiveOptions {
  /** How often `session.usage.updated` is sent while the page is connected. Default `15s`; reports differ. */
  readonly usageUpdates?: '15s' | '60s' | 'never';
  /** `usage_ratio` of `context_window` in these events, from 0 to 1. Default `omitted`. */
  readonly contextWindow?: number | 'omitted';
  /**
   * What `usage.seconds` reports of a session that is shorter than the minimum of 15 s. `active` (default, a guess): its length.
   * `billed`: the minimum.
   */
  readonly usageSeconds?: 'active' | 'billed';
  /** What counts as active. `connected` (default, a guess): the time from the connection of the page on. `created`: from creation on. */
  readonly activeFrom?: 'connected' | 'created';
  /**
   * Time from `session.close` to `session.closed`, in whole milliseconds, 0..86400000, or `never`. Default 300. Up to 40 s have been
   * observed. A delegated response that runs may take longer.
   */
  readonly closeDelayMs?: number | 'never';
  /**
   * What `POST /v1/live/sessions/{id}/hangup` does, which is documented for SIP only. `refused` (default): nothing. `ends`: the session
   * ends with the reason `close_requested`.
   */
  readonly hangup?: 'ends' | 'refused';
  /** Status of a refused hangup. Default 404, with `session_id_not_found`, although the session exists. */
  readonly hangupStatus?: 400 | 404;
  /** Time from creation to `expires_at`, in whole milliseconds, 1000..86400000. Default: `maxSessionMs`, which is a guess. */
  readonly lifetimeMs?: number;
  /**
   * When a session ends to which no page connects, in whole milliseconds after its creation, 0..86400000: with `connection_lost`.
   * Default `never`, a guess: it ends at `expires_at`.
   */
  readonly unconnectedMs?: number | 'never';
  /**
   * When a session ends without any input audio, in whole milliseconds, 0..86400000: with `expired`, as on a primary WebSocket after
   * 31 s. Default `never`, a guess.
   */
  readonly inputTimeoutMs?: number | 'never';
  /** What the page of a test sends with `media: 'none'`. `silence` (default), or `none`: it has no microphone. */
  readonly pageAudio?: 'silence' | 'none';
  /**
   * When a session ends whose page closes its connection, in whole milliseconds, 0..86400000: with `remote_hangup`. `never`: it continues.
   * Default 0, a guess.
   */
  readonly remoteHangupMs?: number | 'never';
  /**
   * When a session ends whose page disappears, in whole milliseconds, 0..86400000: with `connection_lost`. `never`: it continues.
   * Default 15000, a guess. A real peer is noticed after `peerTimeoutMs` at the earliest.
   */
  readonly connectionLostMs?: number | 'never';
  /** Most sessions of one key and model at the same time, a whole number from 1 to 100000. Default 25, as documented for tier 1. */
  readonly maxConcurrent?: number;
  /** Code of the 429 for one more session. Default `rate_limit_exceeded`, a guess. */
  readonly concurrencyCode?: string;
  /** What happens when the page sends an event that is not allowed. `error` (default, a guess), or `ignored`. */
  readonly forbiddenEvent?: 'error' | 'ignored';
  /** Code of that error. Default `forbidden`, a guess. */
  readonly forbiddenEventCode?: string;
  /** When a page with allow-lists receives `info` about them. Default `before-started`, a guess. */
  readonly info?: 'before-started' | 'after-started' | 'none';
  /** What a sideband receives when it attaches. Default `session-started`; reports differ. `replay`: the newest events again. */
  readonly greeting?: 'session-started' | 'replay' | 'none';
  /**
   * Whether sidebands receive the audio of both directions while the page is connected: 20 events and 128 kB each second. Default
   * `full`; `off` is for simulations.
   */
  readonly reflectedAudio?: 'full' | 'off';
  /** Whether acknowledgements name the event of the client. `with-event-id` (default), or `plain`, as on Azure. */
  readonly acknowledgements?: 'with-event-id' | 'plain';
  /** Input audio between an append and its acknowledgement, in whole milliseconds, 0..60000. Default 750; 602 to 959 were measured. */
  readonly appendMs?: number;
  /**
   * Whether a session of `gpt-live-1.1` can have fields that the emulator does not know: the names of its standby settings are not
   * published. `refused` (default), or `accepted`.
   */
  readonly standby?: 'accepted' | 'refused';
  /**
   * When a session of `gpt-live-1.1` is in standby, which costs less, in whole milliseconds after the last speech, 0..86400000. The next
   * speech ends it. Default `never`, a guess: neither the time nor the events are published.
   */
  readonly standbyAfterMs?: number | 'never';
  /**
   * Where the webhook `live.transport.connected` is sent after each creation, also if its response is lost. Default: nowhere.
   */
  readonly webhook?: LiveWebhook;
}

/** A receiver of webhooks. */
export interface LiveWebhook {
  /** URL on this machine, such as `http://127.0.0.1:3000/webhook`: the emulator sends nothing to other machines. */
  readonly url: string;
  /** Secret that signs the requests: `whsec_` and base64, as the API issues it. */
  readonly secret: string;
}

/** Validated {@link LiveOptions} with defaults applied. */
export interface LiveSettings extends Required<Omit<LiveOptions, 'webhook'>> {
  /** `undefined` for none. */
  readonly webhook: LiveWebhook | undefined;
}

const DEFAULTS = {
  usageUpdates: '15s',
  contextWindow: 'omitted',
  usageSeconds: 'active',
  activeFrom: 'connected',
  closeDelayMs: 300,
  hangup: 'refused',
  hangupStatus: 404,
  lifetimeMs: 3_600_000,
  unconnectedMs: 'never',
  inputTimeoutMs: 'never',
  pageAudio: 'silence',
  remoteHangupMs: 0,
  connectionLostMs: 15_000,
  maxConcurrent: 25,
  concurrencyCode: 'rate_limit_exceeded',
  forbiddenEvent: 'error',
  forbiddenEventCode: 'forbidden',
  info: 'before-started',
  greeting: 'session-started',
  reflectedAudio: 'full',
  acknowledgements: 'with-event-id',
  appendMs: 750,
  standby: 'refused',
  standbyAfterMs: 'never',
  webhook: undefined,
} as const satisfies LiveSettings;

/** The words that each option can have. */
const WORDS = {
  usageUpdates: ['15s', '60s', 'never'],
  usageSeconds: ['active', 'billed'],
  activeFrom: ['connected', 'created'],
  hangup: ['ends', 'refused'],
  hangupStatus: [400, 404],
  pageAudio: ['silence', 'none'],
  forbiddenEvent: ['error', 'ignored'],
  info: ['before-started', 'after-started', 'none'],
  greeting: ['session-started', 'replay', 'none'],
  reflectedAudio: ['full', 'off'],
  acknowledgements: ['with-event-id', 'plain'],
  standby: ['accepted', 'refused'],
} as const;

const DELAYS = [
  'closeDelayMs',
  'unconnectedMs',
  'inputTimeoutMs',
  'remoteHangupMs',
  'connectionLostMs',
  'standbyAfterMs',
] as const;

/** Throws {@link EmulatorOptionError} for the first invalid option. */
export function resolveLiveSettings(options: LiveOptions): LiveSettings {
  const defined = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name] of defined)
    if (!Object.hasOwn(DEFAULTS, name))
      throw new EmulatorOptionError(
        `live.${name} is not an option; use ${Object.keys(DEFAULTS).join(', ')}.`,
      );
  const settings: LiveSettings = { ...DEFAULTS, ...Object.fromEntries(defined) };
  for (const [name, words] of Object.entries(WORDS) as [keyof typeof WORDS, readonly (string | number)[]][])
    requireOneOf(`live.${name}`, settings[name], words);
  for (const name of DELAYS) requireDelay(name, settings[name]);
  requireInteger('live.lifetimeMs', settings.lifetimeMs, { min: 1_000, max: DAY_MS });
  requireInteger('live.maxConcurrent', settings.maxConcurrent, { min: 1, max: 100_000 });
  requireInteger('live.appendMs', settings.appendMs, { min: 0, max: 60_000 });
  requireShare(settings.contextWindow);
  if (settings.webhook !== undefined) requireWebhook(settings.webhook);
  return settings;
}

function requireDelay(name: string, value: number | 'never'): void {
  if (value !== 'never')
    requireInteger(`live.${name}, unless it is 'never',`, value, { min: 0, max: DAY_MS });
}

function requireShare(value: number | 'omitted'): void {
  if (value === 'omitted' || (value >= 0 && value <= 1)) return;
  throw new EmulatorOptionError("live.contextWindow must be a number from 0 to 1, or 'omitted'.");
}

function requireWebhook({ url, secret }: LiveWebhook): void {
  const { protocol = '', hostname = '' } = URL.canParse(url) ? new URL(url) : {};
  if (!/^https?:$/.test(protocol) || !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
    throw new EmulatorOptionError(
      'live.webhook.url must be an address on this machine, such as http://127.0.0.1:3000/webhook.',
    );
  if (!/^whsec_[A-Za-z0-9+/]{8,}={0,2}$/.test(secret))
    throw new EmulatorOptionError('live.webhook.secret must be whsec_ and base64.');
}
