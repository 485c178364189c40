import { createTokenManager, TokenError } from '@realtime-session/core';
import { requestNativeToken } from './native-shell';

export const tokens = createTokenManager({
  fetchToken: async () => {
    const { token } = await requestNativeToken();
    if (token !== undefined) return token;
    throw new TokenError('fetcher', 'The app is locked. Unlock it and try again.', { fatal: true });
  },
});
