import { createTokenManager, TokenError } from '@realtime-session/core';
import { askNativeShell } from './native-shell.ts';

export const tokens = createTokenManager({
  fetchToken: async () => {
    const { token } = await askNativeShell();
    if (token !== undefined) return token;
    throw new TokenError('fetcher', 'The app is locked. Unlock it and try again.', { fatal: true });
  },
});
