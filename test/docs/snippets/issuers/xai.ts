import { createTokenManager, endpoint } from '@realtime-session/core';
import { xai } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/xai-token'), ...xai });
