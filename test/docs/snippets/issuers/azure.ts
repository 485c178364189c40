import { createTokenManager, endpoint } from '@realtime-session/core';
import { azure } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/azure-token'), ...azure });
