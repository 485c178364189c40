import { createTokenManager, endpoint } from '@realtime-session/core';
import { assemblyai } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/assemblyai-token'), ...assemblyai });
