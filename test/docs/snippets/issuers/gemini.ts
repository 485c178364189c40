import { createTokenManager, endpoint } from '@realtime-session/core';
import { gemini } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/gemini-token'), ...gemini });
