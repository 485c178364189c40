import { describe, expect, it, vi } from 'vitest';
import { aToken, openSite, passTime, type Visitor } from './support/site.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

async function openApp() {
  const site = await openSite();
  vi.stubEnv('AUTH_SECRET', 'a-secret-of-the-tests-with-enough-characters');
  vi.stubEnv('AUTH_TRUST_HOST', 'true');
  const { app } = await import('./recipes/auth-js.ts');
  site.mount(app);
  return site;
}

/** Fills in a form of Auth.js. */
async function submit(visitor: Visitor, path: string, fields: Record<string, string> = {}): Promise<number> {
  const { csrfToken } = (await (await visitor.fetch('/auth/csrf')).json()) as { csrfToken: string };
  const body = new URLSearchParams({ ...fields, csrfToken });
  return (await visitor.fetch(path, { method: 'POST', body })).status;
}

const signIn = (visitor: Visitor, password = 'engine') =>
  submit(visitor, '/auth/callback/credentials', { name: 'ada', password });

describe('Auth.js', () => {
  it('mints for a signed-in user, and not after sign-out', async () => {
    const { visitor, countMints } = await openApp();
    expect(await visitor.getToken()).toBe(401);
    vi.spyOn(console, 'error').mockImplementation(() => undefined); // Auth.js prints the wrong password's error
    await signIn(visitor, 'wrong');
    expect(await visitor.getToken()).toBe(401);
    expect(await signIn(visitor)).toBe(302);
    expect(await visitor.getToken()).toEqual(aToken);
    expect(await submit(visitor, '/auth/signout')).toBe(302);
    expect(await visitor.getToken()).toBe(401);
    expect(countMints()).toBe(1);
  });

  it('refuses an expired session', async () => {
    const { visitor } = await openApp();
    await signIn(visitor);
    vi.spyOn(console, 'error').mockImplementation(() => undefined); // Auth.js prints the error of the cookie
    passTime(31 * DAY_MS);
    expect(await visitor.getToken()).toBe(401);
  });

  it('refuses a forged cookie', async () => {
    const { visitor } = await openApp();
    vi.spyOn(console, 'error').mockImplementation(() => undefined); // Auth.js prints the error of the cookie
    expect(await visitor.getToken({ cookie: 'authjs.session-token=eyJhbGciOiJkaXIifQ.a.b.c.d' })).toBe(401);
  });
});
