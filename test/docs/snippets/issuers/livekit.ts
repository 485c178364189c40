import { createTokenManager, endpoint } from '@realtime-session/core';
import { livekit } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/livekit-token'), ...livekit });
