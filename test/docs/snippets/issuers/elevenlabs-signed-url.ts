import { createTokenManager, endpoint } from '@realtime-session/core';
import { elevenlabsSignedUrl } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/elevenlabs-signed-url-token'),
  ...elevenlabsSignedUrl,
});
