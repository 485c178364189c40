import { createTokenManager, endpoint } from '@realtime-session/core';
import { elevenlabsSingleUse } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/elevenlabs-single-use-token'),
  ...elevenlabsSingleUse,
});
