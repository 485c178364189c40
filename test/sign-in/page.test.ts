import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it, vi } from 'vitest';
import { SDP_OFFER } from '../support/sdp-offer.ts';
import { createTokens } from './recipes/access-token-page.ts';
import { aToken, openSite, type Visitor } from './support/site.ts';

const ada = { name: 'ada', password: 'engine' };

/** Lets relative addresses of this process reach the site, as in a page. */
function browse(visitor: Visitor): void {
  const originalFetch = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) =>
    typeof input === 'string' && input.startsWith('/')
      ? visitor.fetch(input, init)
      : originalFetch(input, init),
  );
}

async function openShop() {
  const site = await openSite();
  vi.stubEnv('SESSION_SECRET', 'a-secret-of-the-tests-with-enough-characters');
  const { app } = await import('./recipes/express-session.ts');
  site.mount(app);
  browse(site.visitor);
  return { ...site, app };
}

describe('a page', () => {
  it('asks to sign in, mints after it, and forgets its token at sign-out', async () => {
    const { visitor } = await openShop();
    const { tokens, onSignedIn, onSignedOut, signOut } = await import('./recipes/page.ts');
    const askToSignIn = vi.fn();
    const stop = onSignedOut(askToSignIn);
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'http', status: 401, fatal: true });
    expect(askToSignIn).toHaveBeenCalledOnce();

    await visitor.postJson('/sign-in', ada);
    onSignedIn();
    expect((await tokens.getToken()).value).toEqual(aToken);

    await signOut();
    expect(tokens.getState().status).toBe('idle');
    await expect(tokens.getToken()).rejects.toMatchObject({ status: 401 });
    expect(askToSignIn).toHaveBeenCalledTimes(2);
    stop();
    tokens.dispose();
  });

  it('sends a current access token with each request', async () => {
    const { visitor, mount } = await openSite();
    const { POST } = await import('./recipes/bearer-token.ts');
    mount(toNodeHandler(POST));
    browse(visitor);
    const accessTokens = ['expired', 'access-token-of-ada'];
    const tokens = createTokens(() => Promise.resolve(accessTokens.shift() ?? ''));
    await expect(tokens.getToken()).rejects.toMatchObject({ status: 401 });
    expect((await tokens.getToken({ force: true })).value).toEqual(aToken);
    tokens.dispose();
  });
});

describe('sign-out', () => {
  it('ends the calls of the user', async () => {
    const { visitor, app, emulator } = await openShop();
    const { addCallRoutes, calls } = await import('./recipes/sign-out.ts');
    addCallRoutes(app);
    await visitor.postJson('/sign-in', ada);
    const call = () => visitor.postJson('/api/realtime-call', { sdp: SDP_OFFER });
    expect((await call()).status).toBe(201);
    expect((await visitor.fetch('/sign-out-everywhere', { method: 'POST' })).status).toBe(204);
    expect(emulator.calls()[0]).toMatchObject({ state: 'closed', closedBy: 'hangup' });
    expect((await call()).status).toBe(401);
    await calls.close({ graceMs: 0 });
  });
});
