import { resolveApiKey } from './api-key.ts';
import type { AuditEvent } from './audit-events.ts';
import type { Limiter } from './limit/limiter.ts';
import { checkRate, memoryLimiter } from './limit/memory.ts';
import type { Awaitable, LimiterFailure, Limits, SessionHandlerOptions, UnknownFields } from './options.ts';
import type { ClientRules } from './policy/client.ts';
import { copySession } from './policy/json-copy.ts';
import type { ParsedParams } from './policy/params.ts';
import { createPrincipalHash } from './principal-hash.ts';
import type { HashPrincipal } from './principal-hash.ts';
import { ProblemError } from './problem.ts';
import type { Reporter } from './report.ts';
import type { Principal, RecordConfig } from './request-context.ts';
import { resolveHosts } from './request/host.ts';
import type { HostRules } from './request/host.ts';
import { checkAllowedOrigin } from './request/origin.ts';
import type { Route } from './route.ts';
import { findSessionSecrets } from './session-secrets.ts';
import { checkInteger, checkOneOf } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** What the routes for tokens and for calls have in common, after all checks. */
export interface RouteConfig<P extends Principal> extends RecordConfig {
  readonly route: Route;
  readonly apiKey: () => Awaitable<string | undefined>;
  readonly authorize: SessionHandlerOptions<P>['authorize'];
  /** Returns the owner's session parameters; `null` refuses the request. */
  readonly pinned: (principal: P, params: UnknownRecord) => Awaitable<ParsedParams | null>;
  readonly unknownFields: UnknownFields;
  readonly rules: ClientRules;
  /** Most output tokens of one response. */
  readonly maxOutputTokens: number | undefined;
  readonly origins: ReadonlySet<string>;
  /** Hosts to which a request may be addressed; `undefined` if it is not checked. */
  readonly hosts: HostRules | undefined;
  readonly addressLimiter: Limiter;
  readonly principalLimiter: Limiter;
  readonly limiterFailure: LimiterFailure;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly hashPrincipal: HashPrincipal;
  readonly fetch: typeof fetch;
  readonly reporter: Reporter<AuditEvent>;
  /** Values of options that must not be in the text of an error. */
  readonly knownSecrets: readonly string[];
}

/** The options that both handlers have. */
export type RouteOptions<P extends Principal, U extends UnknownFields> = Omit<
  SessionHandlerOptions<P, U>,
  'ttlSeconds' | 'responseFormat' | 'expose' | 'upstream' | 'onEvent' | 'nowMs' | 'session'
> & {
  /** Checked by `parseSession`. */
  readonly session: unknown;
};

const MIN_HMAC_KEY_LENGTH = 16;
const MINUTE_MS = 60_000;

const defaultLimits: Required<Limits> = {
  perPrincipal: { max: 30, windowMs: MINUTE_MS },
  perAddress: { max: 60, windowMs: MINUTE_MS },
};

/** Parses the owner's session parameters. Throws a `TypeError` that names the remedy. */
type ParseSession = (session: unknown) => ParsedParams;

/** Copies what the owner's function returned, and parses it. */
function parseReturned(session: unknown, parse: ParseSession): ParsedParams | null {
  if (session === null) return null;
  try {
    return parse(copySession(session));
  } catch (cause) {
    const remedy = cause instanceof Error ? cause.message : 'Correct what the option `session` returns.';
    throw new ProblemError('server_misconfigured', { remedy, cause });
  }
}

interface PinnedSession<P extends Principal> {
  readonly pinned: RouteConfig<P>['pinned'];
  /** Those of a value. Those of what a function returns are known at each request. */
  readonly secrets: readonly string[];
}

/** Checks a value now, and what a function returns at each request. */
function resolvePinned<P extends Principal>(source: unknown, parse: ParseSession): PinnedSession<P> {
  if (typeof source !== 'function') {
    const parsed = parse(copySession(source));
    return { pinned: () => parsed, secrets: findSessionSecrets(parsed.params) };
  }
  // Untrusted: JavaScript callers can return anything.
  const hook = source as (principal: P, params: UnknownRecord) => unknown;
  const pinned: RouteConfig<P>['pinned'] = (principal, params) => {
    const returned = hook(principal, params);
    // A value is copied before other code can run, which may change an object that requests share.
    if (!(returned instanceof Promise)) return parseReturned(returned, parse);
    return returned.then((session) => parseReturned(session, parse));
  };
  return { pinned, secrets: [] };
}

function resolveRules(
  allow: SessionHandlerOptions['allow'] = [],
  checkPaths: (paths: readonly string[]) => readonly string[],
): ClientRules {
  return '~standard' in allow
    ? { kind: 'schema', schema: allow }
    : { kind: 'paths', paths: checkPaths([...allow]) };
}

function resolveMaxOutputTokens(maxOutputTokens: number | undefined): number | undefined {
  if (maxOutputTokens === undefined) return undefined;
  return checkInteger('maxOutputTokens', maxOutputTokens, { min: 1, max: 4096 });
}

type LimiterOptions = Pick<SessionHandlerOptions, 'limiter' | 'limits'>;
type Limiters = Pick<RouteConfig<Principal>, 'addressLimiter' | 'principalLimiter'>;

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

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;

/** Headers whose value can be a credential, which no event may contain. */
const CREDENTIAL_HEADER = /^(?:(?:proxy-)?authorization|cookie|.*(?:api-?key|token|secret|password).*)$/i;

/**
 * Checks the name of the header with the id of a request.
 *
 * @throws TypeError If it is no name of a header, or that of a header with credentials.
 */
function checkRequestIdHeader(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (!HEADER_NAME.test(name))
    throw new TypeError('requestIdHeader must be the name of a header, such as "X-Request-Id".');
  if (!CREDENTIAL_HEADER.test(name)) return name;
  throw new TypeError(
    'requestIdHeader names a header with credentials; name one with an id, such as "X-Request-Id".',
  );
}

/** The route, with the header for ids among those that pages of other origins may send. */
function withRequestHeader(route: Route, name: string | undefined): Route {
  if (name === undefined) return route;
  return { ...route, requestHeaders: [...route.requestHeaders, name.toLowerCase()] };
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** What differs between the routes. */
export interface RouteContext {
  readonly route: Route;
  readonly parseSession: (session: unknown, unknownFields: UnknownFields) => ParsedParams;
  readonly checkAllowPaths: (paths: readonly string[], unknownFields: UnknownFields) => readonly string[];
  readonly reporter: Reporter<AuditEvent>;
  readonly nowMs: () => number;
}

/**
 * Applies defaults and checks the options that both routes have.
 *
 * @throws TypeError Names the option and its remedy.
 */
export function resolveRoute<P extends Principal, U extends UnknownFields>(
  options: RouteOptions<P, U>,
  { route, parseSession, checkAllowPaths, reporter, nowMs }: RouteContext,
): RouteConfig<P> {
  const { timeoutMs = 10_000, maxBodyBytes = 65_536 } = options;
  const words = ['reject', 'pass'] as const;
  const unknownFields = checkOneOf<UnknownFields>('unknownFields', options.unknownFields ?? 'reject', words);
  const { pinned, secrets } = resolvePinned<P>(options.session, (session) =>
    parseSession(session, unknownFields),
  );
  const keys = [options.apiKey, options.safetyIdentifierKey];
  const requestIdHeader = checkRequestIdHeader(options.requestIdHeader);
  return {
    route: withRequestHeader(route, requestIdHeader),
    requestIdHeader,
    eventAddress: checkOneOf('eventAddress', options.eventAddress ?? 'full', ['full', 'shortened', 'none']),
    knownSecrets: [...keys.filter(isKey), ...secrets],
    apiKey: resolveApiKey(options.apiKey),
    authorize: options.authorize,
    pinned,
    rules: resolveRules(options.allow, (paths) => checkAllowPaths(paths, unknownFields)),
    unknownFields,
    maxOutputTokens: resolveMaxOutputTokens(options.maxOutputTokens),
    origins: new Set(options.allowedOrigins?.map(checkAllowedOrigin)),
    hosts: resolveHosts(options),
    ...resolveLimiters(options, nowMs),
    limiterFailure: checkOneOf('limiterFailure', options.limiterFailure ?? 'deny', ['deny', 'allow']),
    timeoutMs: checkInteger('timeoutMs', timeoutMs, { min: 1, max: 600_000 }),
    maxBodyBytes: checkInteger('maxBodyBytes', maxBodyBytes, { min: 2, max: 1_048_576 }),
    hashPrincipal: createPrincipalHash(checkHmacKey(options.safetyIdentifierKey)),
    // Looked up at each call, because some frameworks patch the global after this module is loaded.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    reporter,
    nowMs,
  };
}
