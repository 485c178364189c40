import { createTokenManager, endpoint } from '@realtime-session/core';

export async function runCall(open: (secret: string) => Promise<void>): Promise<void> {
  using tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
  await open((await tokens.getToken()).value);
}
