import { createTokenManager, endpoint } from '@realtime-session/core';
import { deepgram } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/deepgram-token'), ...deepgram });
