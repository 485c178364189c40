import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import { checkOptions } from './check-options.ts';
import type { SessionHandlerOptions, UnknownFields } from './options.ts';
import { checkAllowPaths } from './policy/client.ts';
import { parsePinned } from './policy/params.ts';
import type { ParsedParams } from './policy/params.ts';
import type { Caps } from './policy/plan.ts';
import { ProblemError } from './problem.ts';
import { resolveReporter } from './report.ts';
import type { Principal } from './request-context.ts';
import { resolveRoute } from './resolve-route.ts';
import type { RouteConfig } from './resolve-route.ts';
import { checkExpose } from './response.ts';
import type { ResponseFormat } from './response.ts';
import { tokenRoute } from './route.ts';
import { checkUpstream, openai } from './upstream/providers.ts';
import type { Upstream } from './upstream/providers.ts';
import { checkInteger, checkOneOf, createClock } from './validate.ts';

/** The options with defaults applied, after all checks. */
export interface HandlerConfig<P extends Principal> extends RouteConfig<P> {
  readonly caps: Caps;
  readonly upstream: Upstream;
  readonly responseFormat: ResponseFormat;
  readonly expose: readonly string[];
}

/** Makes sure that the upstream has a call for these parameters. */
function checkTranscription(parsed: ParsedParams, upstream: Upstream): ParsedParams {
  const needsTranscriptionUrl = parsed.kind === 'transcription' && upstream.api === 'sessions';
  if (needsTranscriptionUrl && upstream.transcriptionUrl === undefined) {
    throw new TypeError(
      'session is a transcription session, and the upstream has no `transcriptionUrl`; create the upstream with compatible().',
    );
  }
  return parsed;
}

const LIVE_MODEL = /^gpt-live-\d/;

/** Refuses a model of the Live API, for which OpenAI has no tokens. On other upstreams, a model can have any name. */
function checkModel(parsed: ParsedParams, { url }: Upstream): ParsedParams {
  const model = 'model' in parsed.params ? parsed.params.model : undefined;
  const isOpenAi = new URL(url).hostname.endsWith('api.openai.com');
  if (!isOpenAi || typeof model !== 'string' || !LIVE_MODEL.test(model)) return parsed;
  throw new TypeError(
    `session.model: "${model.slice(0, 64)}" is a model of the Live API, which has no tokens; use createCallHandler() with openaiLive().`,
  );
}

/**
 * Reads the upstream for one request. `openai()` reads the environment again, which may have changed since the handler was created.
 *
 * @throws ProblemError `server_misconfigured` if its address is no longer usable.
 */
function readUpstream(upstream: Upstream): Upstream {
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
  options: SessionHandlerOptions<P, U>,
): HandlerConfig<P> {
  checkOptions(options);
  const { upstream = openai(), ttlSeconds = 120, responseFormat = 'client_secret' } = options;
  const checkedUpstream = checkUpstream(upstream);
  const nowMs = createClock(options.nowMs);
  const route = resolveRoute(options, {
    route: tokenRoute,
    parseSession: (session, unknownFields) =>
      checkModel(checkTranscription(parsePinned(session, unknownFields), checkedUpstream), checkedUpstream),
    checkAllowPaths,
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
