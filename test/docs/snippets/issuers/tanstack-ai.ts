import { createTokenManager, endpoint } from '@realtime-session/core';
import { tanstackAi } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/tanstack-ai-token'), ...tanstackAi });
