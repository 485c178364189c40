import { createTokenManager, endpoint } from '@realtime-session/core';
import { hume } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/hume-token'), ...hume });
