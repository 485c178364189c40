import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { NOTICED_MS } from '../support/noticed.ts';
import { openPage } from '../support/open-page.ts';
import { selfSigned } from '../support/self-signed.ts';
import { trustingFetch } from '../support/trusting-fetch.ts';
import type { RecipeName, RecipesPage } from './fixtures/client-recipes.ts';

const TTL_SECONDS = 60;

let script: string;
beforeAll(async () => {
  script = await bundleForBrowser(new URL('fixtures/client-recipes.ts', import.meta.url));
});

it.each<RecipeName>(['agents-webrtc', 'agents-websocket', 'openai-webrtc', 'tanstack'])(
  'the recipe %s talks at the address of the API itself, and again with a new token when the first has expired',
  async (name) => {
    const tls = await selfSigned();
    const emulator = await createRealtimeEmulator({ tls, responsePaceMs: 0, generation: 'current' });
    onTestFinished(() => emulator.close());
    const mintRoute = await serveMintRoute({
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      fetch: trustingFetch(tls.cert),
      session: { type: 'realtime', model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
      ttlSeconds: TTL_SECONDS,
    });
    const browser = await launchChromium([
      // The browser finds api.openai.com here; nothing in the page knows.
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
    const converse = (words: string) =>
      page.evaluate(
        ([recipe, said]) => {
          // Put there by the script.
          const { recipesPage } = window as unknown as Window & { recipesPage: RecipesPage };
          return recipesPage.converse(recipe, said);
        },
        [name, words] as const,
      );

    expect(await converse('good morning')).toContain('good morning');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1 });

    emulator.advance(TTL_SECONDS * 1000);
    await page.clock.fastForward(TTL_SECONDS * 1000);
    expect(await converse('good evening')).toContain('good evening');
    expect(emulator.stats()).toMatchObject({ mints: 2, sessions: 2 });
    await expect.poll(() => emulator.stats().live, { timeout: NOTICED_MS }).toBe(0);
  },
);
