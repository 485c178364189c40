import { createContext, Script } from 'node:vm';
import type { Browser } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { openCallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { App, type InitialToken } from './fixtures/hydrated-app.tsx';

const LIFETIME_SECONDS = 600;
const HOUR_MS = 3_600_000;

let browser: Browser;
let script: string;
let serverScript: string;
beforeAll(async () => {
  [browser, script, serverScript] = await Promise.all([
    launchChromium(),
    bundleForBrowser(new URL('fixtures/hydrate-app.tsx', import.meta.url), 'development'),
    bundleForBrowser(new URL('fixtures/render-app.tsx', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

const expiresAt = (): number => Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;

/** Tokens that a server minted, by the fields that name their expiry. */
const createToken: Readonly<Record<string, () => InitialToken>> = {
  'expires_at and expires_in': () => ({
    value: 'ek_1',
    expires_at: expiresAt(),
    expires_in: LIFETIME_SECONDS,
  }),
  'only expires_at': () => ({ value: 'ek_1', expires_at: expiresAt() }),
  'only expires_in': () => ({ value: 'ek_1', expires_in: LIFETIME_SECONDS }),
};

describe.each(Object.entries(createToken))('a page with an initial token that has %s', (_, create) => {
  it.each([0, 2 * HOUR_MS, -2 * HOUR_MS])(
    'hydrates without a mismatch and is ready when the clock of the browser is off by %i ms',
    async (clockOffsetMs) => {
      const initialToken = create();
      // React logs a mismatch, and an unexpected line of the log fails the test.
      const { page } = await openCallPage(browser, script, {
        markup: renderToString(createElement(App, { initialToken })),
        async before(blank) {
          await blank.clock.install({ time: Date.now() + clockOffsetMs });
          await blank.addInitScript((token) => Object.assign(window, { initialToken: token }), initialToken);
        },
      });
      for (const label of ['first', 'late'])
        await expect.poll(() => page.getByLabel(label).textContent()).toMatch(/^ready ek_…\(redacted\) \d+$/);
      // The countdown starts after hydration.
      await expect.poll(() => page.getByText(/^ready \S+ \d+ \d+$/).count()).toBe(2);
    },
  );
});

describe.each([
  ['is empty', {}],
  ['ignores listeners', { addEventListener: () => undefined, removeEventListener: () => undefined }],
])('a page whose server has a document that %s', (_what, document) => {
  /** A server with a polyfill. It renders every request in the same realm. */
  function createServer(): (initialToken?: InitialToken) => string {
    const { TextEncoder, MessageChannel, performance, setTimeout, clearTimeout, queueMicrotask } = globalThis;
    const language = { TextEncoder, MessageChannel, performance, setTimeout, clearTimeout, queueMicrotask };
    const realm = createContext({ ...language, AbortController, console, document });
    new Script(serverScript).runInContext(realm);
    return Reflect.get(realm, 'render') as (initialToken?: InitialToken) => string; // the script defines it
  }

  it('hydrates without a mismatch and mints once', async () => {
    const markup = createServer()();
    expect(markup).toContain('>idle');
    const { page, emulator } = await openCallPage(browser, script, { markup });
    for (const label of ['first', 'late'])
      await expect.poll(() => page.getByLabel(label).textContent()).toMatch(/^ready ek_/);
    expect(emulator.stats().mints).toBe(1);
  });

  it('renders the token of one request in no other request', () => {
    const render = createServer();
    expect(render({ value: 'ek_ann', expires_in: LIFETIME_SECONDS })).toContain('>ready');
    expect(render()).toMatch(/>idle.*>idle/);
  });
});
