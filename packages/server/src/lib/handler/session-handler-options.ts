import type { AuditEvent } from '../audit/audit-event.ts';
import type { Limiter, Rate } from '../limit/limiter.ts';
import type { SessionParams } from '../policy/session-params.ts';
import type { StandardSchema } from '../policy/standard-schema.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { ResponseFormat } from './mint-answer.ts';
import type { Principal, RequestContext } from './principal.ts';

/** A value, or the promise of one. */
export type Awaitable<T> = T | Promise<T>;

/** The standing API key, or a function that finds it (in a secret store, say). Never sent anywhere but to the upstream. */
export type ApiKey = string | (() => Awaitable<string | undefined>);

/**
 * What every session gets: a value, checked at construction, or a function of who asks and of what the client was allowed
 * to ask for. A function may return `null` to refuse (403).
 */
export type SessionSource<P extends Principal> =
  SessionParams | ((principal: P, params: SessionParams) => Awaitable<SessionParams | null>);

/** Rate limits of the built-in limiter. Each is on by default. */
export interface Limits {
  /** Mints per principal. Default 30 a minute. */
  readonly perPrincipal?: Rate;
  /** Mints per IPv4 address or IPv6 /64; clients without a known address share one bucket. Default 60 a minute. */
  readonly perAddress?: Rate;
}

/** What becomes of a request when the limiter fails: `deny` refuses it with 503, `allow` mints without a limit. */
export type LimiterFailure = 'deny' | 'allow';

/** What `createSessionHandler()` takes. */
export interface SessionHandlerOptions<P extends Principal = Principal> {
  /** The standing API key. Visible ASCII. */
  readonly apiKey: ApiKey;
  /**
   * Says who is asking. Required: a mint route without it pays for everybody. Return the principal, or `null`, `undefined` or
   * `false` for a 401; a throw is a 500. Bounded by `timeoutMs`. Must not read the body.
   */
  readonly authorize: (request: Request, context: RequestContext) => Awaitable<P | null | undefined | false>;
  /** What every session gets. Wins over what the client asks for. */
  readonly session: SessionSource<P>;
  /**
   * What a client may set: dotted paths (`'voice'`, `'audio.output.voice'`; a path covers what is below it), or a Standard
   * Schema for its whole body. Values are checked against their documented ranges either way. `'expires_after'` lets it ask
   * for a lifetime below `ttlSeconds`, in the words of either generation. `tools` can never be listed. Default: nothing.
   */
  readonly allow?: readonly string[] | StandardSchema;
  /**
   * Lifetime of the token in seconds, a whole number 10..7200, and the longest a client may ask for (see `allow`). Default
   * 120. It is not the length of the session.
   */
  readonly ttlSeconds?: number;
  /**
   * Most output tokens of one response, a whole number 1..4096: a higher limit, `inf` or none becomes this one, whoever
   * asks. Not for transcription sessions. Default: no ceiling.
   */
  readonly maxOutputTokens?: number;
  /** Origins besides same-origin whose pages may ask, serialized: `https://app.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** Rates of the built-in in-memory limiter. Not together with `limiter`. */
  readonly limits?: Limits;
  /**
   * Your own limiter, for several processes. Consulted twice per request, with the keys `address:…` and `principal:…`; the
   * request is refused when it fails or takes longer than 200 ms.
   */
  readonly limiter?: Limiter;
  /**
   * What becomes of a request when the limiter fails or takes longer than 200 ms: `deny` (default) refuses it, `allow` lets
   * it go on uncounted and notes it in `limiterFailures` of the audit event.
   */
  readonly limiterFailure?: LimiterFailure;
  /** Where tokens come from: `openai()` (default), `azure({ … })` or `compatible({ … })`. */
  readonly upstream?: Upstream;
  /** Shape of the answer: `client_secret` (default; `{ value, expires_at, expires_in, session }`), or the documented `session` object. */
  readonly responseFormat?: ResponseFormat;
  /**
   * Dotted paths of session fields the browser may see besides `id`, `object`, `type` and `model`, in the words of `answer`.
   * `tools` never shows the credentials or the address of an MCP server. Default: none.
   */
  readonly expose?: readonly string[];
  /**
   * Longest time for the upstream, retries included, and for each of your hooks, in milliseconds, 1..600 000. Default 10 000.
   * One attempt upstream gets half of it, so that a stalled one leaves time for another.
   */
  readonly timeoutMs?: number;
  /** Largest request body, in bytes, counted while reading, 2..1 048 576. Default 65 536. */
  readonly maxBodyBytes?: number;
  /**
   * Key of the HMAC that turns `principal.id` into `OpenAI-Safety-Identifier`, at least 16 characters. Keep it the same, or users
   * change identity. Default: none, and no identifier is sent.
   */
  readonly safetyIdentifierKey?: string;
  /** Does the upstream calls. Default: the global `fetch` at the time of each call. */
  readonly fetch?: typeof fetch;
  /** Told about every request, once, when its answer is ready. Not awaited; what it throws is ignored. */
  readonly onEvent?: (event: AuditEvent) => unknown;
  /** Current time in milliseconds, for rate limits and durations. Default `Date.now`; tests give their own. */
  readonly nowMs?: () => number;
}
