import { compatible, createSessionHandler } from '@realtime-session/server';
import type { SessionHandler, SessionHandlerOptions } from '@realtime-session/server';

/** A handler with a stub upstream. */
export function handlerOver(origin: string, options: Partial<SessionHandlerOptions> = {}): SessionHandler {
  return createSessionHandler({
    apiKey: 'sk-of-the-tests-0123456789',
    authorize: () => ({ id: 'user-1' }),
    session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
    upstream: compatible({ baseUrl: origin }),
    ...options,
  });
}

/** A POST request as a same-origin page sends it. */
export function mintRequest(body = '{}'): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request('http://app.test/mint', { method: 'POST', headers, body });
}

/** A clock that moves by some milliseconds when it is read. */
export function createSteppingClock(stepMs: number): () => number {
  let nowMs = Date.now();
  return () => (nowMs += stepMs);
}
