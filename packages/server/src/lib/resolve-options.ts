import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import { checkOptions } from './check-options.ts';
import type { SessionHandlerOptions, UnknownFields } from './options.ts';
import { parsePinned } from './policy/params.ts';
import type { Caps } from './policy/plan.ts';
import { tokenRules } from './policy/token-rules.ts';
import { ProblemError } from './problem.ts';
import { resolveReporter } from './report.ts';
import type { Principal } from './request-context.ts';
import { resolveRoute } from './resolve-route.ts';
import type { RouteConfig } from './resolve-route.ts';
import { checkExpose } from './response.ts';
import type { ResponseFormat } from './response.ts';
import { tokenRoute } from './route.ts';
import type { TranslationHandlerOptions } from './translation-options.ts';
import { checkUpstream, openai } from './upstream/providers.ts';
import type { TokenUpstream } from './upstream/providers.ts';
import { checkInteger, checkOneOf, createClock } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** The options with defaults applied, after all checks. */
export interface HandlerConfig<P extends Principal> extends RouteConfig<P> {
  readonly caps: Caps;
  readonly upstream: TokenUpstream;
  readonly responseFormat: ResponseFormat;
  readonly expose: readonly string[];
}

/** Options that a translation session has no use for, and why. */
const unusedByTranslations = {
  maxOutputTokens: 'a translation session has no responses',
  responseFormat: 'the older format is that of another call',
} as const;

/** Refuses options that have no effect on translation sessions. */
function checkTranslationOptions(options: object, { api }: TokenUpstream): void {
  if (api !== 'translations') return;
  const given: UnknownRecord = { ...options };
  for (const [name, reason] of Object.entries(unusedByTranslations)) {
    if (given[name] === undefined) continue;
    throw new TypeError(`${name} cannot be combined with openaiTranslations(): ${reason}; leave it out.`);
  }
}

/**
 * Reads the upstream for one request. `openai()` reads the environment again, which may have changed since the handler was created.
 *
 * @throws ProblemError `server_misconfigured` if its address is no longer usable.
 */
function readUpstream<T extends TokenUpstream>(upstream: T): T {
  try {
    return { ...upstream };
  } catch (cause) {
    const remedy = cause instanceof Error ? cause.message : 'Correct the option `upstream`.';
    throw new ProblemError('server_misconfigured', { remedy, cause });
  }
}

/**
 * Applies defaults and checks every option when the handler is created, so that a mistake stops the server from starting
 * instead of failing single requests.
 *
 * @throws TypeError Names the option and its remedy.
 */
export function resolveOptions<P extends Principal, U extends UnknownFields>(
  options: SessionHandlerOptions<P, U> | TranslationHandlerOptions<P, U>,
): HandlerConfig<P> {
  checkOptions(options);
  const upstream: TokenUpstream = options.upstream ?? openai();
  const { ttlSeconds = 120 } = options;
  const { responseFormat = 'client_secret' } = 'responseFormat' in options ? options : {};
  const rules = tokenRules(checkUpstream(upstream));
  checkTranslationOptions(options, upstream);
  const nowMs = createClock(options.nowMs);
  const route = resolveRoute(options, {
    route: tokenRoute,
    parseSession: (session, unknownFields) =>
      rules.checkSession(parsePinned(session, unknownFields, rules.parse)),
    checkAllowPaths: rules.checkAllowPaths,
    reporter: resolveReporter(options.onEvent, nowMs),
    nowMs,
  });
  return {
    ...route,
    caps: {
      ttlSeconds: checkInteger('ttlSeconds', ttlSeconds, { min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS }),
      maxOutputTokens: route.maxOutputTokens,
    },
    get upstream() {
      return readUpstream(upstream);
    },
    responseFormat: checkOneOf('responseFormat', responseFormat, ['client_secret', 'session']),
    expose: checkExpose(options.expose ?? [], route.unknownFields),
  };
}
