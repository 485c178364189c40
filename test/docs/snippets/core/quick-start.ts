import { createTokenManager, endpoint } from '@realtime-session/core';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
export const token = await tokens.getToken(); // fresh enough to open a session now, or a TokenError
