import { createTokenManager, endpoint } from '@realtime-session/core';
import { aiSdk } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/ai-sdk-token'), ...aiSdk });
