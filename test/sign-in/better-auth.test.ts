import { toNodeHandler } from 'better-auth/node';
import { toNodeHandler as toMintRoute } from '@realtime-session/server/node';
import { describe, expect, it, vi } from 'vitest';
import { aToken, openSite } from './support/site.ts';

async function openApp() {
  const { origin, visitor, countMints, mount } = await openSite();
  vi.stubEnv('BETTER_AUTH_URL', origin);
  vi.stubEnv('BETTER_AUTH_SECRET', 'Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj');
  const { auth } = await import('./recipes/auth.ts');
  const { POST } = await import('./recipes/better-auth.ts');
  const mint = toMintRoute(POST);
  const signIn = toNodeHandler(auth);
  mount((request, response) => {
    if (request.url === '/api/realtime-session') mint(request, response);
    else void signIn(request, response);
  });
  return { auth, visitor, countMints };
}

const ada = { name: 'Ada', email: 'ada@example.com', password: 'analytical-engine' };

describe('better-auth', () => {
  it('mints for a signed-in user, and not after sign-out', async () => {
    const { visitor, countMints } = await openApp();
    expect(await visitor.getToken()).toBe(401);
    expect((await visitor.postJson('/api/auth/sign-up/email', ada)).status).toBe(200);
    expect(await visitor.getToken()).toEqual(aToken);
    const { cookie } = visitor;
    expect((await visitor.postJson('/api/auth/sign-out', {})).status).toBe(200);
    expect(await visitor.getToken()).toBe(401);
    // A copy of the cookie is worth nothing after sign-out.
    expect(await visitor.getToken({ cookie })).toBe(401);
    expect(countMints()).toBe(1);
  });

  it('refuses an expired session', async () => {
    const { auth, visitor } = await openApp();
    await visitor.postJson('/api/auth/sign-up/email', ada);
    const { internalAdapter } = await auth.$context;
    const [, token = ''] = /session_token=([^.;]+)/.exec(visitor.cookie) ?? [];
    await internalAdapter.updateSession(token, { expiresAt: new Date(Date.now() - 1000) });
    expect(await visitor.getToken()).toBe(401);
  });

  it('refuses a forged cookie', async () => {
    const { visitor } = await openApp();
    await visitor.postJson('/api/auth/sign-up/email', ada);
    const cookie = visitor.cookie.replace(/session_token=./, 'session_token=!');
    expect(await visitor.getToken({ cookie })).toBe(401);
  });
});
