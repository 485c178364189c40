import { createTokenManager, type TokenManager } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

/** A manager with a scripted mint route and a manual clock. */
function setup() {
  const environment = createManualEnvironment();
  const route = createScriptedFetcher();
  const tokens = createTokenManager({ fetchToken: route.fetchToken, environment, retry: { limit: 1 } });
  return { environment, route, tokens };
}

async function catchError(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Imports a snippet again, as a new page would. */
async function load<Module>(importing: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  return importing();
}

describe('remedies on the error pages', () => {
  it.each([
    ['network', () => import('./snippets/errors/same-origin.ts')],
    ['timeout', () => import('./snippets/errors/longer-timeout.ts')],
    ['lifetime-too-short', () => import('./snippets/errors/lower-minimum.ts')],
    ['fetcher, timeout', () => import('./snippets/errors/fetcher-response.ts')],
    ['invalid-options', () => import('./snippets/errors/legal-options.ts')],
  ])('%s: gets a token from the mint route', async (_page, importing) => {
    await openSite();
    const { tokens } = await load(importing);
    expect((await tokens.getToken()).value).toMatch(/^ek_/);
    tokens.dispose();
  });

  it('aborted: does not throw when the caller aborts', async () => {
    const { tokens } = setup();
    const { connect } = await import('./snippets/errors/abort.ts');
    const open = vi.fn();
    await connect(tokens, AbortSignal.abort(), open);
    expect(open).not.toHaveBeenCalled();
  });

  it('disposed: uses one manager per call', async () => {
    await openSite();
    const { runCall } = await load(() => import('./snippets/errors/one-call.ts'));
    const open = vi.fn(() => Promise.resolve());
    await runCall(open);
    expect(open).toHaveBeenCalledWith(expect.stringMatching(/^ek_/));
  });

  it('expired-on-arrival: accepts a token with `expires_in`, even if the clocks are wrong', async () => {
    const { addExpiresIn } = await import('./snippets/errors/add-expires-in.ts');
    const response = addExpiresIn({ value: 'ek_1', expires_at: Math.floor(Date.now() / 1000) + 60 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { tokens, route } = setup();
    route.script(response);
    expect((await tokens.getToken()).remainingMs()).toBeGreaterThan(50_000);
  });

  it('expired-on-arrival: shows the clock skew in the state', async () => {
    const { getClockSkewMs } = await import('./snippets/errors/clock-skew.ts');
    const { tokens, route, environment } = setup();
    const nowMs = environment.clock.nowMs();
    const headers = { date: new Date(nowMs + 600_000).toUTCString() };
    route.script(Response.json({ value: 'ek_1', expires_at: (nowMs + 660_000) / 1000 }, { headers }));
    expect(getClockSkewMs(tokens)).toBeUndefined();
    await tokens.getToken();
    expect(getClockSkewMs(tokens)).toBeDefined();
  });

  it('fetcher: rejects the caller with the error of a custom fetcher', async () => {
    const { tokens } = await import('./snippets/errors/fetcher-error.ts');
    expect(await catchError(tokens.getToken())).toMatchObject({ code: 'fetcher', fatal: true });
  });

  it('http: starts the sign-in when the status is 401', async () => {
    const { getTokenOrSignIn } = await import('./snippets/errors/sign-in.ts');
    const { tokens, route } = setup();
    const signIn = vi.fn();
    route.script(new Response(null, { status: 401 }));
    expect(await getTokenOrSignIn(tokens, signIn)).toBeUndefined();
    expect(signIn).toHaveBeenCalledOnce();
  });

  it('http: sends the current login with each attempt', async () => {
    const seen: (string | null)[] = [];
    await openSite({
      '/api/realtime-session': (init) => {
        seen.push(new Headers(init.headers).get('authorization'));
        return Response.json({ value: 'ek_1', expires_in: 60 });
      },
    });
    vi.stubGlobal('sessionStorage', { getItem: (name: string) => `${name}-of-ada` });
    const { tokens } = await load(() => import('./snippets/errors/login-header.ts'));
    await tokens.getToken();
    expect(seen).toEqual(['Bearer login-of-ada']);
    tokens.dispose();
  });

  it('invalid-response: reads the response of an issuer and of a custom parser', async () => {
    await openSite({
      '/api/deepgram-token': () => Response.json({ access_token: 'dg_1', expires_in: 30 }),
      '/api/call-ticket': () => Response.json({ ticket: 'ticket_1' }),
    });
    const issuer = await load(() => import('./snippets/errors/other-issuer.ts'));
    const custom = await load(() => import('./snippets/errors/custom-parse.ts'));
    expect((await issuer.tokens.getToken()).value).toBe('dg_1');
    expect((await custom.tokens.getToken()).value).toBe('ticket_1');
    issuer.tokens.dispose();
    custom.tokens.dispose();
  });

  it('lifetime-too-short: the API accepts the body and mints with that lifetime', async () => {
    const { emulator } = await openSite();
    const { body } = await import('./snippets/errors/longer-lifetime.ts');
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch('https://api.openai.com/v1/realtime/client_secrets', init);
    const { expires_at } = (await response.json()) as { expires_at: number };
    expect(expires_at - Date.now() / 1000).toBeGreaterThan(100);
  });

  it('network: shows that the page waits for the network', async () => {
    const { showConnectivity } = await import('./snippets/errors/show-connectivity.ts');
    const { tokens, route, environment } = setup();
    const show = vi.fn();
    route.script(new TypeError('Failed to fetch'));
    const stop = showConnectivity(tokens, show);
    await environment.clock.advance(1);
    expect(show).toHaveBeenCalledWith('Waiting for the network …');
    stop();
    tokens.dispose();
  });

  it('no-progress: mints a new token for each request', async () => {
    await openSite();
    const { POST } = await import('./snippets/errors/mint-per-request.ts');
    const values = await Promise.all([POST(), POST()].map(async (response) => (await response).text()));
    expect(values[0]).toMatch(/"ek_/);
    expect(new Set(values).size).toBe(2);
  });

  it('superseded: gets a token for the new session when it retries', async () => {
    const { getCurrentToken } = await import('./snippets/errors/retry-superseded.ts');
    const { tokens, route, environment } = setup();
    const promise = getCurrentToken(tokens);
    route.script({ value: 'ek_2', expires_in: 60 });
    tokens.reset();
    await environment.clock.advance(1_000);
    expect((await promise).value).toBe('ek_2');
  });

  it('timeout: prefetches when the pointer enters the button', async () => {
    const { prefetchOnHover } = await import('./snippets/errors/prefetch-on-hover.ts');
    const { tokens, route } = setup();
    // The snippet only needs an event target.
    const button = new EventTarget() as unknown as HTMLElement;
    prefetchOnHover(button, tokens satisfies TokenManager);
    button.dispatchEvent(new Event('pointerenter'));
    await vi.waitFor(
      () => {
        expect(route.calls).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
  });
});
