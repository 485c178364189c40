import { createTokenManager, endpoint } from '@realtime-session/core';
import { cartesia } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/cartesia-token'), ...cartesia });
