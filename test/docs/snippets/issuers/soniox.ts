import { createTokenManager, endpoint } from '@realtime-session/core';
import { soniox } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/soniox-token'), ...soniox });
