import { createTokenManager, endpoint } from '@realtime-session/core';
import { vercelGateway } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/vercel-gateway-token'),
  ...vercelGateway,
});
