import { requireInteger } from '../shared/option-error.ts';
import { resolveLiveSettings } from './live-settings.ts';
import type { LiveOptions, LiveSettings } from './live-settings.ts';
import { requireOneOf } from './one-of.ts';

/** Options for the calls of `POST /v1/realtime/calls` and the sessions of `POST /v1/live/sessions`. */
export interface CallOptions {
  /**
   * `webrtc` (default): a peer on this machine answers each offer. `none`: offers are checked and answered, but nothing connects;
   * a test plays the page with {@link EmulatedCall}. For load tests and simulations.
   */
  readonly media?: Media;
  /**
   * What happens when the page of a Realtime call closes its connection or disappears. `unnoticed` (default): the call continues until
   * it is hung up or reaches its limit, which has been observed. `ends-call`: the call ends, after `peerTimeoutMs` if the page
   * disappeared.
   */
  readonly pageLeaves?: PageLeaves;
  /** What a sideband, a WebSocket to an existing call, receives. */
  readonly sideband?: SidebandOptions;
  /** How requests to hang up are answered. */
  readonly hangup?: HangupOptions;
  /** How Live sessions behave. */
  readonly live?: LiveOptions;
}

/** How calls are connected. */
export type Media = 'webrtc' | 'none';

/** What happens when a page leaves its call. */
export type PageLeaves = 'unnoticed' | 'ends-call';

/** What a sideband receives. Reports on the API differ. */
export interface SidebandOptions {
  /** `none` (default): the first event is the next one of the session. `session-created`: `session.created` comes first. */
  readonly greeting?: 'none' | 'session-created';
  /** `none` (default): the audio of the model goes to the page only. `deltas`: also `response.output_audio.delta` events. */
  readonly audio?: 'none' | 'deltas';
  /**
   * A key in a subprotocol, as `OpenAIRealtimeWebSocket` of the package `openai` sends it. `accepted` (default), or `refused` with 401,
   * which has been observed.
   */
  readonly subprotocolKey?: 'accepted' | 'refused';
  /** Most sidebands of one call, a whole number from 1 to 1000. Another one is refused with 429. Default 1000. */
  readonly limit?: number;
}

/** How requests to hang up are answered. Reports on the API differ. */
export interface HangupOptions {
  /** Status of the response that ends a call. Default 200. */
  readonly status?: 200 | 204;
  /** Status of the response for a call that has ended or does not exist, with the code `call_id_not_found`. Default 404. */
  readonly endedStatus?: 400 | 404 | 410;
}

/** Validated {@link CallOptions} with defaults applied. */
export interface CallSettings {
  readonly media: Media;
  readonly pageLeaves: PageLeaves;
  readonly sideband: Required<SidebandOptions>;
  readonly hangup: Required<HangupOptions>;
  readonly live: LiveSettings;
}

/** Throws {@link EmulatorOptionError} for the first invalid option. */
export function resolveCallSettings({
  media = 'webrtc',
  pageLeaves = 'unnoticed',
  sideband = {},
  hangup: { status = 200, endedStatus = 404 } = {},
  live = {},
  maxSessionMs,
}: CallOptions & { readonly maxSessionMs?: number }): CallSettings {
  return {
    media: requireOneOf('media', media, ['webrtc', 'none']),
    pageLeaves: requireOneOf('pageLeaves', pageLeaves, ['unnoticed', 'ends-call']),
    sideband: resolveSideband(sideband),
    hangup: {
      status: requireOneOf('hangup.status', status, [200, 204]),
      endedStatus: requireOneOf('hangup.endedStatus', endedStatus, [400, 404, 410]),
    },
    live: resolveLiveSettings({
      ...(maxSessionMs === undefined ? {} : { lifetimeMs: maxSessionMs }),
      ...live,
    }),
  };
}

function resolveSideband({
  greeting = 'none',
  audio = 'none',
  subprotocolKey = 'accepted',
  limit = 1_000,
}: SidebandOptions): Required<SidebandOptions> {
  return {
    greeting: requireOneOf('sideband.greeting', greeting, ['none', 'session-created']),
    audio: requireOneOf('sideband.audio', audio, ['none', 'deltas']),
    subprotocolKey: requireOneOf('sideband.subprotocolKey', subprotocolKey, ['accepted', 'refused']),
    limit: requireInteger('sideband.limit', limit, { min: 1, max: 1_000 }),
  };
}
