import { TokenError, type EphemeralToken, type TokenManager } from '@realtime-session/core';

export async function getTokenOrSignIn(
  tokens: TokenManager,
  signIn: () => void,
): Promise<EphemeralToken | undefined> {
  try {
    return await tokens.getToken();
  } catch (error) {
    if (!TokenError.is(error) || error.status !== 401) throw error;
    signIn(); // then call tokens.reset() to clear the error
    return undefined;
  }
}
