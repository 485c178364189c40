/**
 * What this package does in situations that users of other token libraries reported as issues. Each title starts with those
 * issues. Issues about the same defect share a test. The React package tests the issues about components.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

const networkError = (): TypeError => new TypeError('Failed to fetch');

function sources(): string[] {
  const folder = new URL('../src/lib', import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`lib/${name}`, new URL('../src/', import.meta.url)), 'utf8'));
}

describe('request storms', () => {
  test('supabase-js#2145, worldmonitor#5932: retries at the maximum backoff while refreshes fail for an hour', async () => {
    const environment = createManualEnvironment(undefined, () => 0.5);
    let attempts = 0;
    const tokens = createTokenManager({
      environment,
      fetchToken: () => {
        attempts += 1;
        throw networkError();
      },
    });
    tokens.keepFresh();
    await environment.clock.advance(3_600_000);
    // On average, attempts are half of the 30 s maximum apart.
    expect(attempts).toBeGreaterThan(200);
    expect(attempts).toBeLessThan(260);
  });

  test('firebase-android#3935, firebase-js#6373: keeps the minimum interval between mints when the wall clock keeps jumping', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.keepFresh();
    for (let second = 0; second < 60; second += 1) {
      world.clock.jump(second % 2 === 0 ? 7_200_000 : -7_200_000);
      void world.tokens.getToken();
      await world.clock.advance(100);
    }
    expect(world.events.filter((event) => event.type === 'mint-started').length).toBeLessThanOrEqual(7);
  });

  test('oidc-client-ts#644, oidc-client-js#948, auth-library-java#749, stream-chat#539: fails with no-progress and does not loop when the server returns the same token again', async () => {
    const world = createWorld({ fetchToken: () => ({ value: 'ek_same', expires_in: 100 }) });
    world.tokens.keepFresh();
    await world.clock.advance(92_000);
    expect(world.tokens.getState()).toMatchObject({ error: { code: 'no-progress' } });
    expect(world.events.filter((event) => event.type === 'mint-started').length).toBeLessThanOrEqual(4);
  });

  test('oidc-client-js#151: adds no timers when leases and calls join a running refresh', async () => {
    const world = createWorld();
    world.tokens.keepFresh();
    for (let call = 0; call < 50; call += 1) {
      world.tokens.keepFresh();
      world.tokens.prefetch();
      void world.tokens.getToken();
    }
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(1);
    // Only the timeout of the request.
    expect(world.clock.pending()).toBe(1);
  });

  test('keycloak-js#107, directus#4054, payload#670, query#4772: sets no timer longer than 2³¹ − 1 ms', async () => {
    const delays: number[] = [];
    const world = createWorld();
    const { clock } = world.environment;
    const tokens = createTokenManager({
      parse: () => ({ value: 'ek_long', expiresInMs: 1e15 }),
      fetchToken: () => 'x',
      environment: {
        ...world.environment,
        clock: {
          ...clock,
          setTimer: (run, delayMs) => {
            delays.push(delayMs);
            return clock.setTimer(run, delayMs);
          },
        },
      },
    });
    tokens.keepFresh();
    await flushPromises(world);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1);
  });

  test('msal-dotnet#4196, luke#170: makes the next call wait for Retry-After', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(
      new Response('{}', { status: 429, headers: { 'retry-after': '30' } }),
      mintResponse(),
    );
    await expect(world.tokens.getToken()).rejects.toMatchObject({ retryAfterMs: 30_000 });
    const next = world.tokens.getToken();
    await world.clock.advance(29_000);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(2_000);
    expect((await next).value).toMatch(/^ek_/);
  });

  test('ProtonDrive#44, fresh#141, supertokens#209: keeps the new token when late 401 responses invalidate the old one again', async () => {
    const world = createWorld({ minIntervalMs: 0, fetchToken: () => mintResponse() });
    const rejected = await world.tokens.getToken();
    world.tokens.invalidate(rejected);
    const current = await world.tokens.getToken();
    for (let lateResponse = 0; lateResponse < 20; lateResponse += 1) world.tokens.invalidate(rejected);
    expect(await world.tokens.getToken()).toBe(current);
  });
});

describe('hangs', () => {
  test('supabase-js#2013, #2426, supabase#44642, auth0#275: uses no locks, storage or broadcast channels', () => {
    for (const source of sources())
      expect(source).not.toMatch(/navigator\.locks|localStorage|sessionStorage|BroadcastChannel/);
  });

  test('convex-js#181, convex-auth#363, sokuji#376: retries after the timeout when a fetcher hangs', async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    await world.clock.advance(10_000);
    world.server.script(mintResponse());
    await world.clock.advance(2_000);
    expect((await pending).value).toMatch(/^ek_/);
  });

  test.each([
    ['throws synchronously', () => { throw new Error('sync'); }],
    ['rejects', () => Promise.reject(new Error('async'))],
    ['rejects with undefined', () => Promise.reject(undefined as unknown as Error)],
  ])('auth0#275, aws-sdk#2067, #6344, firebase-js#6734: fetches again after the fetcher %s', async (_how, fail) => {
    let attempts = 0;
    const world = createWorld({
      retry: { limit: 1 },
      fetchToken: () => {
        attempts += 1;
        return attempts === 1 ? fail() : mintResponse();
      },
    });
    await expect(world.tokens.getToken()).rejects.toSatisfy(TokenError.is);
    const second = world.tokens.getToken();
    await world.clock.advance(2_000);
    expect((await second).value).toMatch(/^ek_/);
  }); // prettier-ignore

  test('convex-js#22: returns the new user’s token when a reset interrupts a fetch', async () => {
    const world = createWorld({
      fetchToken: ({ params }) => ({ value: `ek_${String(params)}`, expires_in: 600 }),
      params: 'old',
    });
    world.tokens.keepFresh();
    world.tokens.reset('new');
    const pending = world.tokens.getToken();
    await world.clock.advance(1_000);
    expect((await pending).value).toBe('ek_new');
  });

  test('clerk#3563: stays ready when every other request fails', async () => {
    let attempts = 0;
    const world = createWorld({
      fetchToken: () => {
        attempts += 1;
        if (attempts % 2 === 1) throw networkError();
        return mintResponse(30);
      },
    });
    world.tokens.keepFresh();
    await world.clock.advance(60_000);
    expect(world.tokens.getState().status).toBe('ready');
  });
});

describe('sleep, throttling and connectivity', () => {
  test('realtime-js#246, auth0#343, clerk#574, #1616: does not return an expired token when timers are throttled', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.keepFresh();
    await flushPromises(world);
    world.clock.throttle(600_000);
    await world.clock.advance(100_000);
    expect(world.tokens.getState().status).not.toBe('ready');
    expect((await world.tokens.getToken()).remainingMs()).toBe(60_000);
  });

  test('realtime-js#274, supabase-js#1732, oidc-client-ts#1343, #251: refreshes immediately when the machine wakes up', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.clock.sleep(8 * 3_600_000);
    world.environment.resume();
    await flushPromises(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('clerk#9215: does not mint while the tab is hidden', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.keepFresh();
    await flushPromises(world);
    world.environment.hide();
    await world.clock.advance(3_600_000);
    expect(world.events.filter((event) => event.type === 'mint-started')).toHaveLength(1);
  });

  test('query#4772: sends a request for a caller even if the browser reports that it is offline', async () => {
    const world = createWorld({ fetchToken: () => mintResponse() });
    world.environment.goOffline();
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });

  test('firebase-js#8520, #6708, #7371: sends a request for a forced call after a 403', async () => {
    const world = createWorld();
    world.server.script(new Response('{}', { status: 403 }), mintResponse());
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 403 });
    const forced = world.tokens.getToken({ force: true });
    await world.clock.advance(1_000);
    expect((await forced).value).toMatch(/^ek_/);
  });

  test('twilio-voice#93: refreshes every token, including one from setToken()', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.keepFresh();
    await flushPromises(world);
    world.tokens.setToken({ value: 'ek_set', expires_in: 60 });
    await world.clock.advance(200_000);
    expect(world.events.filter((event) => event.type === 'mint-succeeded').length).toBeGreaterThanOrEqual(4);
  });

  test('agent-starter-react#235: returns a fresh token when a prefetched one has expired before the click', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    world.tokens.prefetch();
    await world.clock.advance(900_000);
    expect((await world.tokens.getToken()).remainingMs()).toBe(60_000);
  });
});

describe('clocks', () => {
  test('clerk#1911, firebase-js#6032, #2446: computes the lifetime from expires_in and reports the skew when the local clock is wrong', async () => {
    const world = createWorld({
      fetchToken: () =>
        new Response(JSON.stringify(mintResponse(60)), {
          headers: { date: new Date(world.clock.nowMs() + 3_600_000).toUTCString() },
        }),
    });
    expect((await world.tokens.getToken()).remainingMs()).toBe(60_000);
    const state = world.tokens.getState();
    expect(state.status === 'ready' && state.clockSkewMs).toBeGreaterThan(3_500_000);
  });

  test('msal-js#1259, auth-library-nodejs#62: counts the lifetime from the start of the request when the response is slow', async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    await world.clock.advance(8_000);
    world.server.calls[0]!.resolve(mintResponse(60));
    expect((await pending).remainingMs()).toBe(52_000);
  });

  test('msal-js#2608, #3070: keeps a token expired when the clock is set back', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    const token = await world.tokens.getToken();
    await world.clock.advance(70_000);
    world.clock.jump(-3_600_000);
    expect(token.remainingMs()).toBe(0);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('msal-js#512: limits the margin to a share of the lifetime when a token is short-lived', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(10) });
    const token = await world.tokens.getToken();
    await world.clock.advance(7_000);
    expect(world.tokens.peek()).toBe(token);
  });

  test('livekit isResponseTokenValid: uses a token without an expiry only once', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script('ek_a', 'ek_b');
    await world.tokens.getToken();
    expect((await world.tokens.getToken()).value).toBe('ek_b');
  });
});

describe('responses and errors', () => {
  test('clerk#7912, #7598, better-auth#408: keeps a working token when a refresh returns no token', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    world.tokens.keepFresh();
    await flushPromises(world);
    const current = world.tokens.peek();
    world.server.script(null, '', { value: '' });
    await world.clock.advance(85_000);
    expect(world.tokens.peek()).toBe(current);
  });

  test('ably#402, liveblocks#1017, #414: stops retrying when the fetcher throws a fatal TokenError', async () => {
    let attempts = 0;
    const world = createWorld({
      fetchToken: () => {
        attempts += 1;
        throw new TokenError('http', 'Signed out. Sign in again.', { status: 401, fatal: true });
      },
    });
    world.tokens.keepFresh();
    await world.clock.advance(600_000);
    expect(attempts).toBe(1);
    expect(world.tokens.getState()).toMatchObject({ status: 'failed', error: { fatal: true } });
  });

  test('ably#2303, pusher#699, #617, #190: calls headers() for every attempt', async () => {
    const sent: string[] = [];
    let login = 0;
    const world = createWorld({
      fetchToken: endpoint('https://example.test/mint', {
        headers: () => ({ authorization: `Bearer ${(login += 1)}` }),
        fetch: (_url, init) => {
          sent.push(new Headers(init.headers).get('authorization') ?? '');
          return Promise.resolve(new Response('{}', { status: 503 }));
        },
      }),
      retry: { limit: 2 },
    });
    const pending = world.tokens.getToken();
    await world.clock.advance(5_000);
    await expect(pending).rejects.toMatchObject({ status: 503 });
    expect(sent).toEqual(['Bearer 1', 'Bearer 2']);
  });

  test('vm0#10163, liveblocks#1132: bypasses the HTTP cache', async () => {
    let requestInit: RequestInit = {};
    const world = createWorld({
      fetchToken: endpoint('https://example.test/mint', {
        fetch: (_url, init) => {
          requestInit = init;
          return Promise.resolve(Response.json(mintResponse()));
        },
      }),
    });
    await world.tokens.getToken();
    expect(requestInit).toMatchObject({ method: 'POST', cache: 'no-store' });
  });

  test('oh-my-pi#870, clerk#8744: includes no token and no response body in errors and events', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(
      new Response('{"error":{"message":"key ek_leak is bad","code":"bad_key"}}', { status: 400 }),
    );
    const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error), world.events])).not.toContain('ek_leak');
    expect(String(error)).toContain('bad_key');
  });

  test('auth0#706, #734: reports code, attempt and duration when a request times out', async () => {
    const world = createWorld({ retry: { limit: 1 }, timeoutMs: 4_000 });
    const pending = world.tokens.getToken();
    await world.clock.advance(4_000);
    await expect(pending).rejects.toMatchObject({ code: 'timeout', attempt: 1, elapsedMs: 4_000 });
  });

  test('openai-agents-js#549: reports the status when all members of the error object are empty', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(
      new Response('{"error":{"message":"","type":"","code":"","param":""}}', { status: 400 }),
    );
    await expect(world.tokens.getToken()).rejects.toThrow(/responded with 400\./);
  });
});

describe('identity and reads', () => {
  test('msal-dotnet#1070, tidal#719, supertokens#276: discards a late response after reset', async () => {
    const world = createWorld();
    void world.tokens.getToken();
    await flushPromises(world);
    world.tokens.reset();
    world.server.calls[0]!.resolve(mintResponse());
    await flushPromises(world);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('auth-module#231, immich#1858: shares nothing between two managers', async () => {
    const [ann, bob] = [createWorld(), createWorld()];
    ann.server.script(mintResponse());
    await ann.tokens.getToken();
    expect(bob.tokens.peek()).toBeUndefined();
    expect(bob.tokens.getState()).toEqual({ status: 'idle' });
  });

  test('auth0#655, msal-js#3705, auth0#552: returns the token synchronously and without a request from peek()', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const token = await world.tokens.getToken();
    expect(world.tokens.peek()).toBe(token);
    expect(world.server.calls).toHaveLength(1);
  });

  test('aws-sdk#2107: refreshes once in the background when many calls are made within the lead', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    const current = await world.tokens.getToken();
    await world.clock.advance(85_000);
    for (let call = 0; call < 10; call += 1) expect(await world.tokens.getToken()).toBe(current);
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(2);
  });

  test('oidc-client-ts#1601, supabase-js#2613, client-sdk-js#1645: fetches a new token when the current one has expired', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60) });
    const first = await world.tokens.getToken();
    await world.clock.advance(61_000);
    expect(await world.tokens.getToken()).not.toBe(first);
  });

  test('worldmonitor#5753: stops returning a token shortly before it expires', async () => {
    const world = createWorld({ fetchToken: () => mintResponse(60), retry: { limit: 1 } });
    const token = await world.tokens.getToken();
    await world.clock.advance(56_000);
    expect(world.tokens.peek()).toBeUndefined();
    expect(token.remainingMs()).toBe(4_000);
  });

  test('luke#204: returns a new token for every call when reuse is once', async () => {
    const world = createWorld({ reuse: 'once', minIntervalMs: 0, fetchToken: () => mintResponse() });
    expect((await world.tokens.getToken()).value).not.toBe((await world.tokens.getToken()).value);
  });

  test('auth-js#213, #454, supabase-js#409: adds jitter so that tabs do not refresh at the same time', async () => {
    const moments = await Promise.all(
      [0, 0.5, 0.99].map(async (random) => {
        const world = createWorld({ fetchToken: () => mintResponse(100) });
        const tokens = createTokenManager({
          fetchToken: () => mintResponse(100),
          environment: { ...world.environment, random: () => random },
        });
        tokens.keepFresh();
        await flushPromises(world);
        const state = tokens.getState();
        return state.status === 'ready' && state.refreshAtMs !== undefined
          ? state.refreshAtMs - state.acquiredAtMs
          : 0;
      }),
    );
    expect(moments).toEqual([80_000, 79_000, 78_020]);
  });
});
