import { createTokenManager, endpoint } from '@realtime-session/core';
import { speechmatics } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/speechmatics-token'),
  ...speechmatics,
});
