import { createTokenManager, endpoint } from '@realtime-session/core';
import { openai } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/openai-token'), ...openai });
