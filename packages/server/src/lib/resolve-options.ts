import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import { createPrincipalHash } from './audit.ts';
import type { AuditEvent, HashPrincipal } from './audit.ts';
import type { Limiter, Rate } from './limit/limiter.ts';
import { memoryLimiter } from './limit/memory.ts';
import type {
  ApiKey,
  Awaitable,
  LimiterFailure,
  Limits,
  SessionHandlerOptions,
  SessionSource,
} from './options.ts';
import { checkAllowPaths } from './policy/client.ts';
import type { ClientRules } from './policy/client.ts';
import { parsePinned } from './policy/params.ts';
import type { ParsedParams, SessionParams } from './policy/params.ts';
import type { Caps } from './policy/plan.ts';
import { ProblemError } from './problem.ts';
import type { Principal } from './request-context.ts';
import { checkExpose } from './response.ts';
import type { ResponseFormat } from './response.ts';
import { checkUpstream, openai } from './upstream/providers.ts';
import type { Upstream } from './upstream/providers.ts';
import { checkInteger } from './validate.ts';

/** The options with defaults applied, after all checks. */
export interface HandlerConfig<P extends Principal> {
  readonly apiKey: () => Awaitable<string | undefined>;
  readonly authorize: SessionHandlerOptions<P>['authorize'];
  /** Returns the owner's session parameters; `null` refuses the request. */
  readonly pinned: (principal: P, params: SessionParams) => Awaitable<ParsedParams | null>;
  readonly rules: ClientRules;
  readonly caps: Caps;
  readonly origins: ReadonlySet<string>;
  readonly addressLimiter: Limiter;
  readonly principalLimiter: Limiter;
  readonly limiterFailure: LimiterFailure;
  readonly upstream: Upstream;
  readonly responseFormat: ResponseFormat;
  readonly expose: readonly string[];
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly hashPrincipal: HashPrincipal;
  readonly fetch: typeof fetch;
  readonly onEvent: ((event: AuditEvent) => unknown) | undefined;
  readonly nowMs: () => number;
}

const MIN_HMAC_KEY_LENGTH = 16;
const MINUTE_MS = 60_000;

const defaultLimits: Required<Limits> = {
  perPrincipal: { max: 30, windowMs: MINUTE_MS },
  perAddress: { max: 60, windowMs: MINUTE_MS },
};

function checkOneOf<W extends string>(option: string, value: W, words: readonly W[]): W {
  if (words.includes(value)) return value;
  throw new TypeError(`${option} must be one of ${words.map((word) => `"${word}"`).join(', ')}.`);
}

function resolveApiKey(apiKey: ApiKey): () => Awaitable<string | undefined> {
  if (typeof apiKey === 'function') return apiKey;
  if (typeof apiKey === 'string' && apiKey !== '') return () => apiKey;
  throw new TypeError('apiKey is missing: pass the standing API key, or a function that returns it.');
}

function checkAuthorize<P extends Principal>(
  authorize: SessionHandlerOptions<P>['authorize'],
): SessionHandlerOptions<P>['authorize'] {
  if (typeof authorize === 'function') return authorize;
  throw new TypeError(
    'authorize is required: pass a function that identifies the user. Anyone who can reach an unauthenticated route can spend your money.',
  );
}

/** Parses the owner's parameters and makes sure that the upstream has a call for them. */
function parseSession(session: SessionParams, upstream: Upstream): ParsedParams {
  const parsed = parsePinned(session);
  const needsTranscriptionUrl = parsed.kind === 'transcription' && upstream.api === 'sessions';
  if (needsTranscriptionUrl && upstream.transcriptionUrl === undefined) {
    throw new TypeError(
      'session is a transcription session, and the upstream has no `transcriptionUrl`; create the upstream with compatible().',
    );
  }
  return parsed;
}

/** Checks a value now, and what a function returns at each request. */
function resolvePinned<P extends Principal>(
  source: SessionSource<P>,
  upstream: Upstream,
): HandlerConfig<P>['pinned'] {
  if (typeof source !== 'function') {
    const parsed = parseSession(source, upstream);
    return () => parsed;
  }
  return async (principal, params) => {
    const session = await source(principal, params);
    if (session === null) return null;
    try {
      return parseSession(session, upstream);
    } catch (cause) {
      const remedy = cause instanceof Error ? cause.message : 'Correct what the option `session` returns.';
      throw new ProblemError('server_misconfigured', { remedy, cause });
    }
  };
}

function resolveRules(allow: SessionHandlerOptions['allow'] = []): ClientRules {
  return '~standard' in allow
    ? { kind: 'schema', schema: allow }
    : { kind: 'paths', paths: checkAllowPaths([...allow]) };
}

type CapOptions = Pick<SessionHandlerOptions, 'ttlSeconds' | 'maxOutputTokens'>;

function resolveCaps({ ttlSeconds = 120, maxOutputTokens }: CapOptions): Caps {
  return {
    ttlSeconds: checkInteger('ttlSeconds', ttlSeconds, { min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS }),
    maxOutputTokens:
      maxOutputTokens === undefined
        ? undefined
        : checkInteger('maxOutputTokens', maxOutputTokens, { min: 1, max: 4096 }),
  };
}

function checkOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    // URL parsers accept a wildcard as a host name, but it would never match.
    if (url?.origin !== origin || !/^https?:$/.test(url.protocol) || origin.includes('*')) {
      throw new TypeError(
        `allowedOrigins: "${origin}" is not a serialized origin; write it like "https://app.example.com", without a path or slash.`,
      );
    }
  }
  return new Set(origins);
}

function checkRate(option: string, rate: Rate): Rate {
  checkInteger(`${option}.max`, rate.max, { min: 1, max: 1_000_000 });
  checkInteger(`${option}.windowMs`, rate.windowMs, { min: 1000, max: 86_400_000 });
  return rate;
}

type LimiterOptions = Pick<SessionHandlerOptions, 'limiter' | 'limits'>;
type Limiters = Pick<HandlerConfig<Principal>, 'addressLimiter' | 'principalLimiter'>;

function resolveLimiters({ limiter, limits }: LimiterOptions, nowMs: () => number): Limiters {
  if (limiter !== undefined) {
    if (limits !== undefined) {
      throw new TypeError('limits and limiter exclude each other: set the rates in your limiter.');
    }
    return { addressLimiter: limiter, principalLimiter: limiter };
  }
  const { perAddress, perPrincipal } = { ...defaultLimits, ...limits };
  return {
    addressLimiter: memoryLimiter({ rate: checkRate('limits.perAddress', perAddress), nowMs }),
    principalLimiter: memoryLimiter({ rate: checkRate('limits.perPrincipal', perPrincipal), nowMs }),
  };
}

function checkHmacKey(key: string | undefined): string | undefined {
  if (key === undefined || key.length >= MIN_HMAC_KEY_LENGTH) return key;
  throw new TypeError(
    `safetyIdentifierKey must have at least ${MIN_HMAC_KEY_LENGTH} characters; use a random one.`,
  );
}

/**
 * Applies defaults and checks every option when the handler is created, so that a mistake stops the server from starting
 * instead of failing single requests.
 *
 * @throws TypeError Names the option and its remedy.
 */
export function resolveOptions<P extends Principal>(options: SessionHandlerOptions<P>): HandlerConfig<P> {
  const authorize = checkAuthorize(options.authorize);
  const { upstream = openai(), nowMs = Date.now, timeoutMs = 10_000, maxBodyBytes = 65_536 } = options;
  return {
    apiKey: resolveApiKey(options.apiKey),
    authorize,
    pinned: resolvePinned(options.session, checkUpstream(upstream)),
    rules: resolveRules(options.allow),
    caps: resolveCaps(options),
    origins: checkOrigins(options.allowedOrigins ?? []),
    ...resolveLimiters(options, nowMs),
    limiterFailure: checkOneOf('limiterFailure', options.limiterFailure ?? 'deny', ['deny', 'allow']),
    upstream,
    responseFormat: checkOneOf('responseFormat', options.responseFormat ?? 'client_secret', [
      'client_secret',
      'session',
    ]),
    expose: checkExpose(options.expose ?? []),
    timeoutMs: checkInteger('timeoutMs', timeoutMs, { min: 1, max: 600_000 }),
    maxBodyBytes: checkInteger('maxBodyBytes', maxBodyBytes, { min: 2, max: 1_048_576 }),
    hashPrincipal: createPrincipalHash(checkHmacKey(options.safetyIdentifierKey)),
    // Looked up at each call, because some frameworks patch the global after this module is loaded.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    onEvent: options.onEvent,
    nowMs,
  };
}
