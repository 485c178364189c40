import { createTokenManager, type TokenManager } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

/** A manager whose mint route and time are the test's. */
function createStage() {
  const environment = createManualEnvironment();
  const route = createScriptedFetcher();
  const tokens = createTokenManager({ fetchToken: route.fetchToken, environment, retry: { limit: 1 } });
  return { environment, route, tokens };
}

async function caught(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Each is loaded in a page of its own, and is fresh. */
async function load<Module>(importing: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  return importing();
}

describe('the remedies on the error pages', () => {
  it.each([
    ['network', () => import('./snippets/errors/same-origin.ts')],
    ['timeout', () => import('./snippets/errors/longer-timeout.ts')],
    ['lifetime-too-short', () => import('./snippets/errors/lower-minimum.ts')],
    ['fetcher, timeout', () => import('./snippets/errors/fetcher-response.ts')],
    ['invalid-options', () => import('./snippets/errors/legal-options.ts')],
  ])('%s: the manager on the page gets a token from the mint route', async (_page, importing) => {
    await openSite();
    const { tokens } = await load(importing);
    expect((await tokens.getToken()).value).toMatch(/^ek_/);
    tokens.dispose();
  });

  it('aborted: leaving is no error', async () => {
    const { leave, tokens } = { ...createStage(), leave: await import('./snippets/errors/leave.ts') };
    const open = vi.fn();
    await leave.connect(tokens, AbortSignal.abort(), open);
    expect(open).not.toHaveBeenCalled();
  });

  it('disposed: one call, one manager', async () => {
    await openSite();
    const { oneCall } = await load(() => import('./snippets/errors/one-call.ts'));
    const open = vi.fn(() => Promise.resolve());
    await oneCall(open);
    expect(open).toHaveBeenCalledWith(expect.stringMatching(/^ek_/));
  });

  it('expired-on-arrival: an answer with `expires_in` is believed whatever the clocks say', async () => {
    const { answerOf } = await import('./snippets/errors/answer-expires-in.ts');
    const answer = answerOf({ value: 'ek_1', expires_at: Math.floor(Date.now() / 1000) + 60 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { tokens, route } = createStage();
    route.script(answer);
    expect((await tokens.getToken()).remainingMs()).toBeGreaterThan(50_000);
  });

  it('expired-on-arrival: the state says how wrong the clock is', async () => {
    const { clockSkewMs } = await import('./snippets/errors/clock-skew.ts');
    const { tokens, route, environment } = createStage();
    const nowMs = environment.clock.nowMs();
    const headers = { date: new Date(nowMs + 600_000).toUTCString() };
    route.script(Response.json({ value: 'ek_1', expires_at: (nowMs + 660_000) / 1000 }, { headers }));
    expect(clockSkewMs(tokens)).toBeUndefined();
    await tokens.getToken();
    expect(clockSkewMs(tokens)).toBeDefined();
  });

  it('fetcher: an error of one’s own reaches the caller', async () => {
    const { tokens } = await import('./snippets/errors/fetcher-error.ts');
    expect(await caught(tokens.getToken())).toMatchObject({ code: 'fetcher', fatal: true });
  });

  it('http: nobody signed in leads to the sign-in', async () => {
    const { tokenOrSignIn } = await import('./snippets/errors/sign-in.ts');
    const { tokens, route } = createStage();
    const signIn = vi.fn();
    route.script(new Response(null, { status: 401 }));
    expect(await tokenOrSignIn(tokens, signIn)).toBeUndefined();
    expect(signIn).toHaveBeenCalledOnce();
  });

  it('http: the login goes along, as it is at each try', async () => {
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

  it('invalid-response: an issuer, and a parse of one’s own', async () => {
    await openSite({
      '/api/deepgram-token': () => Response.json({ access_token: 'dg_1', expires_in: 30 }),
      '/api/call-ticket': () => Response.json({ ticket: 'ticket_1' }),
    });
    const issuer = await load(() => import('./snippets/errors/other-issuer.ts'));
    const own = await load(() => import('./snippets/errors/own-parse.ts'));
    expect((await issuer.tokens.getToken()).value).toBe('dg_1');
    expect((await own.tokens.getToken()).value).toBe('ticket_1');
    issuer.tokens.dispose();
    own.tokens.dispose();
  });

  it('lifetime-too-short: the API takes the body and mints for as long', async () => {
    const { emulator } = await openSite();
    const { body } = await import('./snippets/errors/longer-lifetime.ts');
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch('https://api.openai.com/v1/realtime/client_secrets', init);
    const { expires_at } = (await answer.json()) as { expires_at: number };
    expect(expires_at - Date.now() / 1000).toBeGreaterThan(100);
  });

  it('network: the page says that it waits', async () => {
    const { showConnectivity } = await import('./snippets/errors/show-connectivity.ts');
    const { tokens, route, environment } = createStage();
    const show = vi.fn();
    route.script(new TypeError('Failed to fetch'));
    const stop = showConnectivity(tokens, show);
    await environment.clock.advance(1);
    expect(show).toHaveBeenCalledWith('Waiting for the network …');
    stop();
    tokens.dispose();
  });

  it('no-progress: a route that mints at every call', async () => {
    await openSite();
    const { POST } = await import('./snippets/errors/mint-anew.ts');
    const values = await Promise.all([POST(), POST()].map(async (answer) => (await answer).text()));
    expect(values[0]).toMatch(/"ek_/);
    expect(new Set(values).size).toBe(2);
  });

  it('superseded: asking again gives the token of the session that is wanted now', async () => {
    const { currentToken } = await import('./snippets/errors/ask-again.ts');
    const { tokens, route, environment } = createStage();
    const wanted = currentToken(tokens);
    route.script({ value: 'ek_2', expires_in: 60 });
    tokens.reset();
    await environment.clock.advance(1_000);
    expect((await wanted).value).toBe('ek_2');
  });

  it('timeout: the pointer on the button warms up', async () => {
    const { warmUp } = await import('./snippets/errors/warm-up.ts');
    const { tokens, route } = createStage();
    // A button is all that is wanted of a page here.
    const button = new EventTarget() as unknown as HTMLElement;
    warmUp(button, tokens satisfies TokenManager);
    button.dispatchEvent(new Event('pointerenter'));
    await vi.waitFor(
      () => {
        expect(route.calls).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
  });
});
