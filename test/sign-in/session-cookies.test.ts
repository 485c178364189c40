import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { aToken, openSite, passTime } from './support/site.ts';

const ada = { name: 'ada', password: 'engine' };

const libraries = [
  {
    name: 'express-session',
    open: async () => {
      const { app } = await import('./recipes/express-session.ts');
      return app;
    },
    /** A copied cookie is useless after sign-out, because the session is on the server. */
    copiedCookie: 401,
  },
  {
    name: '@fastify/secure-session',
    open: async () => {
      const { app } = await import('./recipes/secure-session.ts');
      await app.ready();
      return (request: IncomingMessage, response: ServerResponse) => app.routing(request, response);
    },
    copiedCookie: aToken,
  },
];

describe.each(libraries)('$name', ({ open, copiedCookie }) => {
  async function openApp() {
    const site = await openSite();
    vi.stubEnv('SESSION_SECRET', 'a-secret-of-the-tests-with-enough-characters');
    vi.stubEnv('SESSION_KEY', '0123456789abcdef'.repeat(4));
    site.mount(await open());
    return site;
  }

  it('mints for a signed-in user, and not after sign-out', async () => {
    const { visitor, countMints } = await openApp();
    expect(await visitor.getToken()).toBe(401);
    expect((await visitor.postJson('/sign-in', { ...ada, password: 'wrong' })).status).toBe(401);
    expect((await visitor.postJson('/sign-in', ada)).status).toBe(204);
    expect(await visitor.getToken()).toEqual(aToken);
    const { cookie } = visitor;
    expect((await visitor.fetch('/sign-out', { method: 'POST' })).status).toBe(204);
    expect(countMints()).toBe(1);
    expect(await visitor.getToken()).toBe(401);
    expect(await visitor.getToken({ cookie })).toEqual(copiedCookie);
  });

  it('refuses an expired session', async () => {
    const { visitor } = await openApp();
    await visitor.postJson('/sign-in', ada);
    expect(await visitor.getToken()).toEqual(aToken);
    passTime(8 * 60 * 60 * 1000 + 2000);
    expect(await visitor.getToken()).toBe(401);
  });

  it('refuses a forged cookie', async () => {
    const { visitor } = await openApp();
    await visitor.postJson('/sign-in', ada);
    const cookie = visitor.cookie.replace(/.{4}$/, 'AAAA');
    expect(await visitor.getToken({ cookie })).toBe(401);
  });

  it('refuses the page of another site although the browser sends the cookie', async () => {
    const { visitor, countMints } = await openApp();
    await visitor.postJson('/sign-in', ada);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await visitor.getToken(foreign)).toBe(403);
    // A form can send this content type without a preflight.
    const headers = { ...foreign, 'content-type': 'text/plain' };
    const form = await visitor.fetch('/api/realtime-session', { method: 'POST', headers, body: '{}' });
    expect(form.status).toBe(403);
    expect(countMints()).toBe(0);
  });
});
