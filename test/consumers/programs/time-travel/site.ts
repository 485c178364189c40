import type { TokenEvent } from '@realtime-session/core';
import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import type { AuditEvent, SessionHandler } from '@realtime-session/server';
import { expect, onTestFinished } from 'vitest';
import { createMintRoute, type MintRouteOptions } from './route';
import { openVoiceSession, type VoiceSession } from './voice-session';

/** What the API answers, in this process: a response, or `hang`. */
export type ApiAnswer = () => Response | 'hang';

const problem = (status: number, code: string, headers: HeadersInit = {}): ApiAnswer => {
  return () => Response.json({ error: { code, message: 'The API says no.' } }, { status, headers });
};

export const outages = {
  serverError: problem(500, 'server_error'),
  rateLimited: problem(429, 'rate_limit_exceeded', { 'retry-after': '60' }),
  noCredit: problem(429, 'insufficient_quota'),
  wrongKey: problem(401, 'invalid_api_key'),
  badGateway: () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  hang: () => 'hang',
} as const satisfies Record<string, ApiAnswer>;

/** A page with a clock that the test moves. `nowMs` is the true time, which cannot be set. */
export function createWorld() {
  const clock = createManualClock();
  const startMs = clock.nowMs();
  let sleptMs = 0;
  // In the middle of the jitter: with the default, 0, every backoff would be the shortest possible one.
  const environment = createManualEnvironment(clock, () => 0.5);
  return {
    clock,
    environment,
    nowMs: () => startMs + sleptMs + clock.monotonicMs(),
    sleep: (ms: number) => {
      sleptMs += ms;
      clock.sleep(ms);
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** Signs Ada in, and counts what her page does. */
export function openPage({ clock, environment }: World, send: typeof fetch, url: string) {
  const mints: TokenEvent[] = [];
  let running = 0;
  const user = { accessToken: 'ada-token' };
  const page: VoiceSession = openVoiceSession(
    { accessToken: () => user.accessToken },
    {
      url,
      fetch: send,
      environment,
      onEvent: (event) => {
        if (event.type === 'mint-started') {
          mints.push(event);
          running += 1;
        } else if (/^mint-(succeeded|failed|dropped)$/.test(event.type)) {
          running -= 1;
        }
      },
    },
  );
  onTestFinished(page.signOut);
  /** Waits for real I/O: until no request is running. */
  const settled = () => expect.poll(() => running, { timeout: 20_000, interval: 2 }).toBe(0);
  /** Lets time pass, from one retry or refresh to the next one. */
  async function runFor(ms: number): Promise<void> {
    const endMs = clock.monotonicMs() + ms;
    for (let leftMs = ms; leftMs > 0; leftMs = endMs - clock.monotonicMs()) {
      await settled();
      const state = page.getState();
      const dueMs =
        state.status === 'loading'
          ? state.retryAtMs
          : state.status === 'ready'
            ? state.refreshAtMs
            : undefined;
      const waitMs = dueMs === undefined ? leftMs : dueMs - clock.nowMs();
      await clock.advance(Math.min(leftMs, waitMs > 0 ? waitMs : 1_000)); // overdue: the page is offline
    }
    await settled();
  }
  /** Clicks, and lets time pass until the page has an answer: a token or an error. */
  async function click(): Promise<{ readonly answer: unknown; readonly waitedMs: number }> {
    const startMs = clock.monotonicMs();
    let done = false;
    const pending = page
      .getToken()
      .catch((error: unknown) => error)
      .finally(() => (done = true));
    await settled();
    while (!done) await runFor(1_000);
    return { answer: await pending, waitedMs: clock.monotonicMs() - startMs };
  }
  return { page, user, mints, settled, runFor, click };
}

/** A page, its mint route and the API in one process, without a socket. */
export function openSite(options: Pick<MintRouteOptions, 'limits'> = {}) {
  const world = createWorld();
  const api: {
    answer: ApiAnswer | undefined;
    mints: number;
    requests: number;
    /** When each token expires, in true time. */
    readonly expiresAtMs: Map<string, number>;
  } = { answer: undefined, mints: 0, requests: 0, expiresAtMs: new Map() };
  const network: { state: 'up' | 'down' | 'hang' } = { state: 'up' };
  const events: AuditEvent[] = [];
  const signedIn = new Map([['ada-token', { id: 'ada' }]]);

  /** The API. */
  const callApi: typeof fetch = async (_input, init) => {
    api.requests += 1;
    const answer = api.answer?.();
    if (answer === 'hang') {
      return new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
      });
    }
    if (answer !== undefined) return answer;
    api.mints += 1;
    const session = {
      id: `sess_${api.mints}`,
      object: 'realtime.session',
      type: 'realtime',
      model: 'gpt-realtime-2.1',
    };
    const value = `ek_${api.mints}`;
    const expiresAt = Math.floor(world.nowMs() / 1000) + 120;
    api.expiresAtMs.set(value, expiresAt * 1000);
    return Response.json(
      { value, expires_at: expiresAt, session },
      { headers: { date: new Date(world.nowMs()).toUTCString() } },
    );
  };

  const route: SessionHandler = createMintRoute({
    ...options,
    apiKey: 'sk-test-0123456789',
    findUser: (accessToken) => signedIn.get(accessToken),
    fetch: callApi,
    nowMs: world.nowMs,
    timeoutMs: 250, // in real time: the clock of the test does not move it
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => route.close());

  /** The page's `fetch`: calls the route directly. */
  const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (network.state === 'down') throw new TypeError('fetch failed');
    if (network.state === 'hang') {
      return new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
      });
    }
    return route(new Request(input, init), { address: '192.0.2.1' });
  };
  const openTab = () => openPage(world, send, 'http://localhost/api/voice-token');
  return { ...world, ...openTab(), api, events, network, openTab, route, signedIn };
}
