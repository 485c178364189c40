import type { ApiKey, Awaitable } from './options.ts';
import { ProblemError } from './problem.ts';
import type { DisconnectSignal } from './received-request.ts';
import { runHook } from './timeout.ts';
import { isHeaderValue } from './validate.ts';

/** What {@link readApiKey} needs. */
export interface ApiKeyConfig {
  readonly apiKey: () => Awaitable<string | undefined>;
  readonly timeoutMs: number;
}

/**
 * A missing key does not throw, because frameworks load route modules at build time, where there is no key: the first request
 * fails with `server_misconfigured`.
 */
export function resolveApiKey(apiKey: ApiKey): ApiKeyConfig['apiKey'] {
  if (typeof apiKey === 'function') return apiKey;
  if (apiKey === undefined || apiKey === '') return () => undefined;
  if (typeof apiKey === 'string' && isHeaderValue(apiKey)) return () => apiKey;
  throw new TypeError(
    'apiKey must be a text of visible ASCII without spaces and line breaks, or a function that returns it.',
  );
}

/** Whether a key was copied with its quotes, as some loaders of environment files keep them. */
function isQuoted(key: string): boolean {
  return /^["'].*["']$/.test(key);
}

/** Says whether there is no key or an unusable one. */
function apiKeyRemedy(key: unknown): string {
  if (key === undefined || key === null || key === '')
    return '`apiKey` is not set; set OPENAI_API_KEY in the environment of this server, and start it again.';
  if (typeof key !== 'string')
    return `\`apiKey\` is of type ${typeof key}; pass the key as a string, for example process.env.OPENAI_API_KEY.`;
  if (key.trimEnd() !== key && isHeaderValue(key.trimEnd()))
    return '`apiKey` ends with a line break or space, as the text of a mounted file does; call `.trim()` on it.';
  return '`apiKey` contains quotes, spaces, line breaks or other characters that no key has; copy the key again.';
}

/**
 * Gets the standing API key.
 *
 * @param parent - Aborted when the client disconnects.
 * @throws ProblemError `server_misconfigured` if there is no key, or a header cannot carry it.
 */
export async function readApiKey(
  { apiKey, timeoutMs }: ApiKeyConfig,
  parent: DisconnectSignal,
): Promise<string> {
  const key = await runHook({ option: 'apiKey', timeoutMs, parent }, () => apiKey());
  if (typeof key === 'string' && isHeaderValue(key) && !isQuoted(key)) return key;
  const title = 'The server has no usable API key for the realtime provider; the server owner must set one.';
  throw new ProblemError('server_misconfigured', { title, remedy: apiKeyRemedy(key) });
}
