import { checkedBaseUrl } from './base-url.ts';
import { opaqueToken } from './token-shape.ts';
import type { Upstream } from './upstream.ts';

/** What {@link azure} needs. */
export interface AzureOptions {
  /** Address of the resource, such as `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  /**
   * How `apiKey` is sent: a resource key in the header `api-key` (default), or an Entra token as `bearer`. An Entra token
   * is short-lived: give `apiKey` as a function that returns a current one.
   */
  readonly credential?: 'api-key' | 'bearer';
}

/**
 * Azure OpenAI's create-session call, `POST {endpoint}/openai/v1/realtime/client_secrets`. The `model` of the session is
 * the name of your deployment.
 *
 * @param options - Which resource.
 * @throws TypeError When the endpoint is not a plain HTTPS address.
 */
export function azure(options: AzureOptions): Upstream {
  const endpoint = new URL(checkedBaseUrl(options.endpoint)).origin;
  return {
    url: `${endpoint}/openai/v1/realtime/client_secrets`,
    api: 'client_secrets',
    credential: options.credential ?? 'api-key',
    token: opaqueToken,
    headers: {},
  };
}
