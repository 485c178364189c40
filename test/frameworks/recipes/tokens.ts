import { createTokenManager, endpoint } from '@realtime-session/core';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
