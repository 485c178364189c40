import { toNodeHandler } from '@realtime-session/server/node';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { aToken, openSite } from './support/site.ts';

const ISSUER = 'clerk.app.example.com';

interface Claims {
  readonly azp?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
}

async function openApp() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const { visitor, countMints, mount } = await openSite();
  vi.stubEnv('CLERK_SECRET_KEY', 'sk_live_of_the_tests');
  vi.stubEnv('CLERK_PUBLISHABLE_KEY', `pk_live_${btoa(`${ISSUER}$`)}`);
  vi.stubEnv('CLERK_JWT_KEY', await exportSPKI(publicKey));
  const { POST } = await import('./recipes/clerk.ts');
  mount(toNodeHandler(POST));

  const nowSeconds = Math.floor(Date.now() / 1000);
  const sign = (key: CryptoKey, { azp = 'https://app.example.com', expiresIn = 60 }: Claims = {}) =>
    new SignJWT({ azp, sid: 'sess_1', v: 2 })
      .setProtectedHeader({ alg: 'RS256', kid: 'ins_1', typ: 'JWT' })
      .setIssuer(`https://${ISSUER}`)
      .setSubject('user_ada')
      .setIssuedAt(nowSeconds + expiresIn - 60)
      .setNotBefore(nowSeconds + expiresIn - 70)
      .setExpirationTime(nowSeconds + expiresIn)
      .sign(key);
  const bearer = async (claims?: Claims, key: CryptoKey = privateKey) => ({
    authorization: `Bearer ${await sign(key, claims)}`,
  });
  const cookie = async (claims?: Claims) => ({
    cookie: `__client_uat=${nowSeconds - 100}; __session=${await sign(privateKey, claims)}`,
  });
  return { visitor, countMints, bearer, cookie };
}

describe('Clerk', () => {
  it('mints for a session token in a header or in a cookie, without a request to Clerk', async () => {
    const { visitor, countMints, bearer, cookie } = await openApp();
    const hosts: string[] = [];
    const originalFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) => {
      hosts.push(new URL(input instanceof Request ? input.url : input).hostname);
      return originalFetch(input, init);
    });
    expect(await visitor.getToken(await bearer())).toEqual(aToken);
    expect(await visitor.getToken(await cookie())).toEqual(aToken);
    vi.unstubAllGlobals();
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    expect(countMints()).toBe(2);
  });

  it('refuses a request without a token', async () => {
    const { visitor } = await openApp();
    expect(await visitor.getToken()).toBe(401);
  });

  it('refuses expired tokens', async () => {
    const { visitor, countMints, bearer, cookie } = await openApp();
    expect(await visitor.getToken(await bearer({ expiresIn: -60 }))).toBe(401);
    expect(await visitor.getToken(await cookie({ expiresIn: -60 }))).toBe(401);
    expect(countMints()).toBe(0);
  });

  it('refuses tokens for another app, and forged ones', async () => {
    const { visitor, bearer } = await openApp();
    expect(await visitor.getToken(await bearer({ azp: 'https://evil.example' }))).toBe(401);
    const { privateKey } = await generateKeyPair('RS256');
    expect(await visitor.getToken(await bearer({}, privateKey))).toBe(401);
    expect(await visitor.getToken({ authorization: 'Bearer abc' })).toBe(401);
  });
});
