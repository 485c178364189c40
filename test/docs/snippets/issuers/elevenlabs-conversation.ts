import { createTokenManager, endpoint } from '@realtime-session/core';
import { elevenlabsConversation } from '@realtime-session/core/issuers';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/elevenlabs-conversation-token'),
  ...elevenlabsConversation,
});
