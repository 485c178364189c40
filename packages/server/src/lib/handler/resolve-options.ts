import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '@realtime-session/protocol';
import { checkedPaths } from '../policy/allow-list.ts';
import type { Ceilings } from '../policy/ceilings.ts';
import type { ClientRules } from '../policy/client-params.ts';
import { checkCallUrl } from '../upstream/base-url.ts';
import { openai } from '../upstream/openai.ts';
import { safetyIdentifier } from '../upstream/safety-identifier.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { checkedOrigins, checkedWhole, checkedWord, requireFunction } from './check-options.ts';
import { checkedExpose } from './expose.ts';
import type { HandlerConfig } from './handler-config.ts';
import type { Principal } from './principal.ts';
import { resolveLimiters } from './resolve-limiters.ts';
import { resolvePinned } from './resolve-pinned.ts';
import type { ApiKey, SessionHandlerOptions } from './session-handler-options.ts';

const SHORTEST_HMAC_KEY = 16;

function resolveRules(allow: SessionHandlerOptions['allow'] = []): ClientRules {
  return '~standard' in allow
    ? { kind: 'schema', schema: allow }
    : { kind: 'paths', paths: checkedPaths([...allow]) };
}

function resolveKey(key: string | undefined): string | undefined {
  if (key === undefined || key.length >= SHORTEST_HMAC_KEY) return key;
  throw new TypeError(
    `safetyIdentifierKey must have at least ${SHORTEST_HMAC_KEY} characters; use a random one.`,
  );
}

type CeilingOptions = Pick<SessionHandlerOptions, 'ttlSeconds' | 'maxOutputTokens'>;

function resolveCeilings({ ttlSeconds = 120, maxOutputTokens }: CeilingOptions): Ceilings {
  const ttl = { min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS };
  const tokens = { min: 1, max: 4096 };
  return {
    ttlSeconds: checkedWhole('ttlSeconds', ttlSeconds, ttl),
    maxOutputTokens:
      maxOutputTokens === undefined ? undefined : checkedWhole('maxOutputTokens', maxOutputTokens, tokens),
  };
}

/** An upstream may be written by hand; it still gets the key over nothing but TLS. */
function checkedUpstream(upstream: Upstream): Upstream {
  checkCallUrl(upstream.url);
  if (upstream.transcriptionUrl !== undefined) checkCallUrl(upstream.transcriptionUrl);
  return upstream;
}

function resolveApiKey(apiKey: ApiKey): () => ReturnType<Exclude<ApiKey, string>> {
  if (typeof apiKey === 'function') return apiKey;
  if (typeof apiKey === 'string' && apiKey !== '') return () => apiKey;
  throw new TypeError('apiKey is missing: give the standing API key, or a function that returns it.');
}

/**
 * Applies defaults and checks every option once, so that a mistake stops the server from starting instead of one request
 * in a thousand.
 *
 * @throws TypeError Naming the option and its remedy.
 */
export function resolveOptions<P extends Principal>(options: SessionHandlerOptions<P>): HandlerConfig<P> {
  requireFunction(
    options.authorize,
    'authorize is required: give a function that says who is asking, or everybody can mint tokens on your account.',
  );
  const { upstream = openai(), nowMs = Date.now, timeoutMs = 10_000, maxBodyBytes = 65_536 } = options;
  return {
    apiKey: resolveApiKey(options.apiKey),
    authorize: options.authorize,
    pinned: resolvePinned(options.session, checkedUpstream(upstream)),
    rules: resolveRules(options.allow),
    ceilings: resolveCeilings(options),
    origins: checkedOrigins(options.allowedOrigins ?? []),
    ...resolveLimiters(options, nowMs),
    limiterFailure: checkedWord('limiterFailure', options.limiterFailure ?? 'deny', ['deny', 'allow']),
    upstream,
    responseFormat: checkedWord('responseFormat', options.responseFormat ?? 'client_secret', [
      'client_secret',
      'session',
    ]),
    expose: checkedExpose(options.expose ?? []),
    timeoutMs: checkedWhole('timeoutMs', timeoutMs, { min: 1, max: 600_000 }),
    maxBodyBytes: checkedWhole('maxBodyBytes', maxBodyBytes, { min: 2, max: 1_048_576 }),
    identify: safetyIdentifier(resolveKey(options.safetyIdentifierKey)),
    // Looked up at each call: some frameworks patch the global after this module is loaded.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    onEvent: options.onEvent,
    nowMs,
  };
}
