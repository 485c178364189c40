import type { HostedApiConfig } from '@openai/chatkit';
import { createTokenManager, endpoint } from '@realtime-session/core';
import { chatKit } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/chat-kit-token'), ...chatKit });

/** The option `api` of ChatKit, which passes the secret it has when it needs another one. */
export const api: HostedApiConfig = {
  async getClientSecret(currentSecret) {
    const token = tokens.peek();
    if (token?.value === currentSecret) tokens.invalidate(token);
    return (await tokens.getToken()).value;
  },
};
