import { TokenError, type EphemeralToken, type TokenManager } from '@realtime-session/core';

export async function getCurrentToken(tokens: TokenManager): Promise<EphemeralToken> {
  try {
    return await tokens.getToken();
  } catch (error) {
    if (TokenError.is(error) && error.code === 'superseded') return tokens.getToken();
    throw error;
  }
}
