import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { SESSION_TIMEOUT_MS } from '../support/session-timeout.ts';
import { openPage } from '../support/open-page.ts';
import { createCertificate, createTrustingFetch } from '../support/tls.ts';
import type { RecipeName, RecipesPage } from './fixtures/client-recipes.ts';

const TTL_SECONDS = 60;

let script: string;
beforeAll(async () => {
  script = await bundleForBrowser(new URL('fixtures/client-recipes.ts', import.meta.url));
});

it.each<RecipeName>(['agents-webrtc', 'agents-websocket', 'openai-webrtc', 'tanstack'])(
  'recipe %s holds a conversation at the API address, and a second one after its token expired',
  async (name) => {
    const tls = await createCertificate();
    const emulator = await createRealtimeEmulator({ tls, responsePaceMs: 0, generation: 'current' });
    onTestFinished(() => emulator.close());
    const mintRoute = await serveMintRoute({
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      fetch: createTrustingFetch(tls.cert),
      session: { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
      ttlSeconds: TTL_SECONDS,
    });
    const browser = await launchChromium([
      // Resolves api.openai.com to the emulator, without changes in the page.
      `--host-resolver-rules=MAP api.openai.com 127.0.0.1:${emulator.port}`,
      ...fakeMicrophone,
    ]);
    onTestFinished(() => browser.close());
    const { page } = await openPage(browser, {
      url: new URL('/', mintRoute).href,
      context: { ignoreHTTPSErrors: true },
      before: (page) => page.clock.install(),
    });
    await page.addScriptTag({ content: script });
    const converse = (text: string) =>
      page.evaluate(
        ([recipe, message]) => {
          const { recipesPage } = window as unknown as Window & { recipesPage: RecipesPage }; // set by the script
          return recipesPage.converse(recipe, message);
        },
        [name, text] as const,
      );

    expect(await converse('good morning')).toContain('good morning');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1 });

    emulator.advance(TTL_SECONDS * 1000);
    await page.clock.fastForward(TTL_SECONDS * 1000);
    expect(await converse('good evening')).toContain('good evening');
    expect(emulator.stats()).toMatchObject({ mints: 2, sessions: 2 });
    await expect.poll(() => emulator.stats().openSessions, { timeout: SESSION_TIMEOUT_MS }).toBe(0);
  },
);
