import { Refusal } from '../errors/refusal.ts';
import { isHeaderValue } from '../upstream/header-value.ts';
import type { HandlerConfig } from './handler-config.ts';
import type { Principal } from './principal.ts';
import { runHook } from './run-hook.ts';

const title = 'The server has no usable API key for the realtime provider; its owner must set one.';

/**
 * Finds the standing API key.
 *
 * @throws Refusal `server_misconfigured` when there is none, or it could not stand in a header.
 */
export async function findApiKey<P extends Principal>(
  config: HandlerConfig<P>,
  parent: AbortSignal,
): Promise<string> {
  const key = await runHook({ name: 'apiKey', timeoutMs: config.timeoutMs, parent }, () => config.apiKey());
  if (typeof key === 'string' && isHeaderValue(key)) return key;
  const remedy =
    'The option `apiKey` gave nothing, or holds spaces or line breaks; set the key, for example OPENAI_API_KEY.';
  throw new Refusal('server_misconfigured', { title, remedy });
}
