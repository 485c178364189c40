import { isHeaderValue } from './header-value.ts';
import type { Upstream } from './upstream.ts';

/** What {@link openai} can be told. */
export interface OpenAiOptions {
  /** Organization to bill, sent as `OpenAI-Organization`. Default: the key's own. */
  readonly organization?: string;
  /** Project to bill, sent as `OpenAI-Project`. Default: the key's own. */
  readonly project?: string;
}

/**
 * OpenAI's live create-session call, `POST https://api.openai.com/v1/realtime/client_secrets`. The default upstream.
 *
 * @param options - Whom to bill.
 * @throws TypeError When an id holds anything but visible ASCII.
 */
export function openai(options: OpenAiOptions = {}): Upstream {
  const headers: Record<string, string> = {};
  if (options.organization !== undefined) headers['OpenAI-Organization'] = options.organization;
  if (options.project !== undefined) headers['OpenAI-Project'] = options.project;
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeaderValue(value))
      throw new TypeError(`${name} must be visible ASCII; copy the id from the dashboard.`);
  }
  return {
    url: 'https://api.openai.com/v1/realtime/client_secrets',
    api: 'client_secrets',
    credential: 'bearer',
    token: /^ek_[\w-]{1,4093}$/,
    headers,
  };
}
