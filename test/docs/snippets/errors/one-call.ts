import { createTokenManager, endpoint } from '@realtime-session/core';

export async function runCall(open: (secret: string) => Promise<void>): Promise<void> {
  const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
  try {
    await open((await tokens.getToken()).value);
  } finally {
    tokens.dispose();
  }
}
