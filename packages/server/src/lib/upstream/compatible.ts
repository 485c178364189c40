import { callUrl, checkedBaseUrl } from './base-url.ts';
import { opaqueToken } from './token-shape.ts';
import type { Upstream, UpstreamApi } from './upstream.ts';

/** What {@link compatible} needs. */
export interface CompatibleOptions {
  /**
   * Where the API lives: `https://host/v1`, or a bare origin, which gets `/v1`. HTTPS, or HTTP to a loopback host. No user
   * name, query or fragment. Give it in code; never take it from a request.
   */
  readonly baseUrl: string;
  /** Which call it speaks: `client_secrets` (default), or the older documented `sessions` (and `transcription_sessions`). */
  readonly api?: UpstreamApi;
}

/**
 * Any API that speaks one of the two create-session calls: a gateway, a local stand-in.
 *
 * @param options - Where it is and what it speaks.
 * @throws TypeError When the address is not plain HTTPS (or HTTP to a loopback host).
 */
export function compatible(options: CompatibleOptions): Upstream {
  const api = options.api ?? 'client_secrets';
  const base = checkedBaseUrl(options.baseUrl);
  return {
    url: callUrl(base, api),
    ...(api === 'sessions' ? { transcriptionUrl: callUrl(base, 'transcription_sessions') } : {}),
    api,
    credential: 'bearer',
    token: opaqueToken,
    headers: {},
  };
}
