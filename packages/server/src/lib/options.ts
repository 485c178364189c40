import type { EventAddress } from './address.ts';
import type { AuditEvent } from './audit-events.ts';
import type { KnownResult } from './known-fields.ts';
import type { Limiter, Rate } from './limit/limiter.ts';
import type { StandardSchema } from './policy/client.ts';
import type { SessionParams } from './policy/params.ts';
import type { Principal, RequestContext } from './request-context.ts';
import type { ResponseFormat } from './response.ts';
import type { Upstream } from './upstream/providers.ts';

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The standing API key, or a function that returns it, for example from a secret store. Sent to the upstream and nowhere else.
 * A key that is `undefined` or empty when the handler is created is reported on the console, and every request fails with
 * `server_misconfigured`. Pass a function to read the key at each request.
 */
export type ApiKey = string | undefined | (() => Awaitable<string | undefined>);

/**
 * The configuration of every session: a value, checked when the handler is created, or a function of the principal and of the
 * parameters that the client was allowed to set. The function may return `null` to refuse the request (403). Both are copied
 * immediately, so that later changes to the object have no effect.
 */
export type SessionSource<P extends Principal, U extends UnknownFields = 'reject'> =
  SessionParamsFor<U> | ((principal: P, params: SessionParamsFor<U>) => SessionResult<U>);

/** What the function {@link SessionSource} returns, or a promise of it. */
export type SessionResult<U extends UnknownFields = 'reject'> = Awaitable<SessionParamsFor<U> | null>;

/** A {@link SessionSource} that does not compile if its function returns a field that no session has. `R` is what the function returns. */
export type CheckedSessionSource<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends SessionResult<U> = SessionResult<U>,
> =
  SessionParamsFor<U> | ((principal: P, params: SessionParamsFor<U>) => KnownResult<R, SessionParamsFor<U>>);

/**
 * What happens to session parameters, and values of known parameters, that this version does not know: `reject` refuses them, `pass`
 * sends them to the upstream untouched.
 */
export type UnknownFields = 'reject' | 'pass';

/** The type of the session parameters. With `unknownFields: 'pass'`, it has any other member. */
export type SessionParamsFor<U extends UnknownFields> = U extends 'pass'
  ? SessionParams | Readonly<Record<string, unknown>>
  : SessionParams;

/** Rate limits of the built-in limiter. Each has a default. */
export interface Limits {
  /** Mints per principal. Default 30 a minute. */
  readonly perPrincipal?: Rate;
  /** Mints per IPv4 address or IPv6 /64; clients without a known address share one bucket. Default 60 a minute. */
  readonly perAddress?: Rate;
}

/** What happens to a request if the limiter fails: `deny` refuses it with 503, `allow` mints without a limit. */
export type LimiterFailure = 'deny' | 'allow';

/** Options of `createSessionHandler()`. */
export interface SessionHandlerOptions<
  P extends Principal = Principal,
  U extends UnknownFields = 'reject',
  S extends SessionSource<P, U> = SessionSource<P, U>,
> {
  /** The standing API key, such as `process.env.OPENAI_API_KEY`, or a function that returns it. Visible ASCII. */
  readonly apiKey: ApiKey;
  /**
   * Identifies the user. Required: anyone who can reach an unauthenticated mint route can spend your money. Return the
   * principal, or `null`, `undefined` or `false` for a 401. An error with `status` 401 or 403 is that refusal, any other is a 500. Limited by `timeoutMs`. Must not read the body.
   */
  readonly authorize: (request: Request, context: RequestContext) => Awaitable<P | null | undefined | false>;
  /** The configuration of every session. Overrides what the client asks for. */
  readonly session: S;
  /**
   * What a client may set: dotted paths (`'voice'`, `'audio.output.voice'`; a path includes everything below it), or a Standard
   * Schema for the whole body. Values are checked against their documented ranges in both cases. `'expires_after'` lets the
   * client ask for a lifetime below `ttlSeconds`, in the parameters of either generation. `tools` can never be listed. Default:
   * nothing.
   */
  readonly allow?: readonly string[] | StandardSchema;
  /**
   * Lifetime of the token in seconds, a whole number 10..7200, and the longest lifetime a client may ask for (see `allow`).
   * Default 120. It does not limit the length of a session.
   */
  readonly ttlSeconds?: number;
  /**
   * Most output tokens of one response, a whole number 1..4096: a higher limit, `inf` or no limit becomes this one. Does not
   * apply to transcription sessions. Default: no cap.
   */
  readonly maxOutputTokens?: number;
  /**
   * Origins whose pages may call the route in addition to the same origin, serialized and compared exactly: `https://app.example.com`,
   * or the origin of an app shell or extension, such as `capacitor://localhost` or `chrome-extension://…`. Default: none.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Hosts to which a request may be addressed, as a name (`app.example.com`), with or without a port, or with all its subdomains
   * (`*.example.com`). It protects an `authorize` that trusts connections from this machine: another site can point its own name
   * at 127.0.0.1 (DNS rebinding). Default: outside production (`NODE_ENV`), and for connections from this machine only, `localhost`,
   * `*.localhost`, IP addresses and the hosts of `allowedOrigins`. In production, hosts are not checked by default.
   */
  readonly allowedHosts?: readonly string[];
  /** Rates of the built-in in-memory limiter. Cannot be combined with `limiter`. */
  readonly limits?: Limits;
  /**
   * A custom limiter, for several processes. Called twice per request, with the keys `address:…` and `principal:…`. The latter contains
   * a hash of the principal's id, never the id. The request is refused if it fails or takes longer than 200 ms.
   */
  readonly limiter?: Limiter;
  /**
   * What happens to a request if the limiter fails or takes longer than 200 ms: `deny` (default) refuses it, `allow` lets it
   * continue uncounted and records it in `limiterFailures` of the audit event.
   */
  readonly limiterFailure?: LimiterFailure;
  /**
   * What happens to session parameters, and values of known parameters, that this version does not know. `reject` (default) refuses
   * them, so that no typing error reaches the upstream. `pass` sends your own values untouched, and those of clients under paths that
   * `allow` lists; numbers of clients keep their documented ranges. Use it for a parameter that the API has added recently.
   */
  readonly unknownFields?: U;
  /** The provider that issues tokens: `openai()` (default), `azure({ … })` or `compatible({ … })`. With `openaiTranslations()`, the options are `TranslationHandlerOptions`. */
  readonly upstream?: Upstream;
  /** Format of the response: `client_secret` (default; `{ value, expires_at, expires_in, session }`), or the documented `session` object. */
  readonly responseFormat?: ResponseFormat;
  /**
   * Dotted paths of session fields that the browser may see in addition to `id`, `object`, `type` and `model`, in the names of
   * `responseFormat`. `tools` never includes the credentials or the address of an MCP server. Default: none.
   */
  readonly expose?: readonly string[];
  /**
   * Time limit in milliseconds for the upstream, including retries, for the request body and for each of your hooks, 1..600 000.
   * Default 10 000. One upstream attempt gets half of it, so that a stalled attempt leaves time for another.
   */
  readonly timeoutMs?: number;
  /** Largest request body in bytes, counted while it is read, 2..1 048 576. Default 65 536. */
  readonly maxBodyBytes?: number;
  /**
   * Key of the HMAC that turns `principal.id` into `OpenAI-Safety-Identifier`, at least 16 characters. Events and the keys of rate limits
   * contain the same hash. Do not change it, or every user gets a new identifier. Default: none: no identifier is sent, events have no
   * `principal`, and the keys of rate limits contain a SHA-256 hash.
   */
  readonly safetyIdentifierKey?: string;
  /**
   * Name of a header whose value becomes the id of the request, such as `X-Request-Id`: in the response, in events, for `authorize` and, as
   * `X-Client-Request-Id`, for the upstream. Use it behind a proxy that sets the header itself. A value has 1..128 letters, digits and
   * `. _ : ; = / + ~ -`; other values, and those that look like a key or a token, are replaced by a generated id. Default: none, each id is
   * generated.
   */
  readonly requestIdHeader?: string;
  /**
   * How much of the client's address events contain: `full` (default; an IPv4 address or an IPv6 /64), `shortened` (an IPv4 /24 or an IPv6
   * /48), or `none`. Rate limits always use the full one.
   */
  readonly eventAddress?: EventAddress;
  /** Used for upstream calls. Default: the global `fetch` at the time of each call. */
  readonly fetch?: typeof fetch;
  /**
   * Called once per request, when the response is ready. Not awaited; its errors are ignored. Default: `consoleReporter()`, which
   * prints what you can fix. `() => {}` prints nothing.
   */
  readonly onEvent?: (event: AuditEvent) => unknown;
  /** Returns the current time in milliseconds, for rate limits and durations. Default `Date.now`. For tests. */
  readonly nowMs?: () => number;
}
