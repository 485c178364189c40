import { TokenError, type TokenManager } from '@realtime-session/core';

export async function connect(
  tokens: TokenManager,
  signal: AbortSignal,
  open: (secret: string) => void,
): Promise<void> {
  try {
    open((await tokens.getToken({ signal })).value);
  } catch (error) {
    if (TokenError.is(error) && error.code === 'aborted') return;
    throw error;
  }
}
