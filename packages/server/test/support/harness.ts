import { compatible, createSessionHandler } from '@realtime-session/server';
import type { Principal, AuditEvent, SessionHandler, SessionHandlerOptions } from '@realtime-session/server';
import { afterEach, beforeEach } from 'vitest';
import { startUpstream } from './upstream.ts';
import type { StubUpstream } from './upstream.ts';

export const API_KEY = 'sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj';

export const ROUTE = 'http://app.test/api/realtime-session';

export interface Harness {
  readonly upstream: StubUpstream;
  readonly events: AuditEvent[];
  create(options?: Partial<SessionHandlerOptions>): SessionHandler;
}

/** A new upstream for each test, and handlers that call it. */
export function useHarness(): Harness {
  const current: { upstream?: StubUpstream } = {};
  const events: AuditEvent[] = [];
  beforeEach(async () => {
    events.length = 0;
    current.upstream = await startUpstream();
  });
  afterEach(async () => {
    await current.upstream?.close();
  });
  return {
    get upstream() {
      return current.upstream!;
    },
    events,
    create: (options = {}) =>
      createSessionHandler<Principal>({
        apiKey: API_KEY,
        authorize: () => ({ id: 'user-1' }),
        session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
        upstream: compatible({ baseUrl: current.upstream!.origin }),
        onEvent: (event) => events.push(event),
        ...options,
      }),
  };
}

/** A POST request as a same-origin page sends it. */
export function post(
  body: object | string | Uint8Array<ArrayBuffer> = {},
  headers: Record<string, string> = {},
): Request {
  return new Request(ROUTE, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read arbitrary members
export async function read(response: Response): Promise<any> {
  return JSON.parse(await response.text());
}
