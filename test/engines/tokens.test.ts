import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { openApp } from './support/app.ts';
import type { Engine } from './support/engine.ts';
import { launchFirefox } from './support/firefox.ts';
import { launchWebKit } from './support/webkit.ts';

/** Short, but long enough for a busy machine. */
const SHORT_TTL_SECONDS = 10;

let script: string;
beforeAll(async () => {
  script = await bundleForBrowser(new URL('../browser/fixtures/page-life-app.tsx', import.meta.url));
});

describe.each([
  ['Firefox', launchFirefox],
  ['WebKit', launchWebKit],
] as const)('a page in %s', (_name, launch) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await launch();
  });
  afterAll(() => engine.close());

  it('refreshes its token before it expires and stays ready', async () => {
    const { page, showsToken, expectMints } = await openApp(engine, {
      script,
      ttlSeconds: SHORT_TTL_SECONDS,
    });
    await showsToken('ready');
    await expectMints(2);
    await expect.poll(() => page.evaluate('window.remainingMs()')).toBeGreaterThan(2_000);
    expect(await page.evaluate('window.statusLog')).toEqual(['idle', 'loading', 'ready']);
  });

  it('becomes ready after the mint route failed twice', async () => {
    const statuses: number[] = [];
    const { emulator, page, url, showsToken } = await openApp(engine, {
      script,
      emulator: { onEvent: (event) => void (event.type === 'mint' && statuses.push(event.status)) },
    });
    await showsToken('ready');
    emulator.fail('server-error', { at: 'mint', times: 2 });
    await page.goto(url);
    await showsToken('ready');
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('is ready with at most one more mint when the user comes back to it', async () => {
    const { emulator, page, url, showsToken } = await openApp(engine, { script });
    await showsToken('ready');
    await page.goto(new URL('/script.js', url).href);
    await page.evaluate('void history.back()');
    await showsToken('ready');
    expect(emulator.stats().mints).toBeLessThanOrEqual(2);
  });

  it('mints once when the user asks for a token many times', async () => {
    const { emulator, page, showsToken } = await openApp(engine, { script });
    await page.evaluate(`Array.from({ length: 50 }, () => document.querySelector('button').click()).length`);
    await showsToken('ready');
    expect(emulator.stats().mints).toBe(1);
    expect(await page.evaluate('document.documentElement.outerHTML')).not.toContain('ek_');
  });
});
