import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { createSessionHandler, type SessionHandler } from '@realtime-session/server';
import type { CallHandler } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import type { Page } from 'playwright-core';
import { createServer as createViteServer, loadConfigFromFile, mergeConfig, type UserConfig } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage, type OpenPageOptions } from '../support/open-page.ts';
import { countOpenMedia, measureSentAudio, recordMedia } from '../support/record-media.ts';
import { readEventTypes, recordEvents, sendEvent } from '../support/record-page.ts';
import { createMicrophone } from '../support/spoken-audio.ts';
import { createCertificate } from '../support/tls.ts';

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script src="/script.js"></script>';

/** The user that the routes of the docs know. */
const COOKIE = { name: 'user', value: 'ada' };

let emulator: RealtimeEmulator;
let script: string;
let folder: string;
beforeAll(async () => {
  emulator = await createRealtimeEmulator({ responsePaceMs: 100 });
  // The routes read the environment when they are imported.
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
  script = await bundleForBrowser(new URL('fixtures/docs-recipes.tsx', import.meta.url));
  folder = await mkdtemp(join(tmpdir(), 'recipes-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** Serves the page of the recipes, and the handler at every other path. */
function respond(handler: SessionHandler | CallHandler): RequestListener {
  const mint = toNodeHandler(handler);
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (pathname === '/script.js') response.setHeader('content-type', 'text/javascript').end(script);
    else mint(request, response);
  };
}

/** Listens until the test ends, and returns the port. */
async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port; // it is a string only for pipes
}

/** Opens the page of a recipe as a signed-in user, in a browser of its own. */
async function openRecipe(
  url: string,
  {
    browserArgs = fakeMicrophone,
    ...options
  }: { browserArgs?: readonly string[] } & Partial<OpenPageOptions> = {},
): Promise<Page> {
  const browser = await launchChromium(browserArgs);
  onTestFinished(() => browser.close());
  const { page } = await openPage(browser, {
    ...options,
    url,
    before: async (page) => {
      const { protocol, hostname } = new URL(url);
      await page
        .context()
        .addCookies([{ ...COOKIE, url: `${protocol}//${hostname.replace('app.', 'api.')}` }]);
      await recordMedia(page);
      await recordEvents(page);
    },
  });
  return page;
}

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Starts the call of a recipe. */
async function call(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Call|idle)$/ }).click();
  await page.getByRole('button', { name: 'Hang up' }).waitFor();
}

/** The energy of the next second of audio that the page sends. Silence has none. */
async function measureNextSecond(page: Page): Promise<number> {
  const before = await measureSentAudio(page);
  await expect.poll(async () => (await measureSentAudio(page)).seconds).toBeGreaterThan(before.seconds + 1);
  return (await measureSentAudio(page)).energy - before.energy;
}

async function microphoneThat(audio: { speechMs: number; silenceMs: number }): Promise<string[]> {
  return createMicrophone(join(folder, `${audio.speechMs}-${audio.silenceMs}.wav`), audio);
}

describe('calls that the server creates', () => {
  it('show what is left and why the server ended them', async () => {
    const { calls } = await import('../docs/snippets/calls/budget.ts');
    onTestFinished(() => calls.close({ graceMs: 0 }));
    const port = await listen(createServer(respond(calls)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=limited-call`, {
      expectedErrors: [/status of 410/],
    });
    await call(page);
    await page.getByText(/^(600|59\d) s left$/).waitFor();
    await page.getByText(/^\$0\.\d\d left$/).waitFor();
    expect(await calls.hangUp({ principal: 'ada' })).toBe(1);
    await page.getByText('The call was ended.').waitFor();
    expect(await countOpenMedia(page)).toEqual({ microphones: 0, peers: 0 });
  });

  it('show that the user is in another call, and start when that one has ended', async () => {
    const { calls } = await import('../docs/snippets/calls/calls.ts');
    onTestFinished(() => calls.close({ graceMs: 0 }));
    const port = await listen(createServer(respond(calls)));
    const [first, second] = [
      await openRecipe(`http://localhost:${port}/?recipe=call`),
      await openRecipe(`http://localhost:${port}/?recipe=single-call`, {
        expectedErrors: [/status of 429/, /too_many_calls/],
      }),
    ];
    await call(first);
    await click(second, 'Call');
    await second.getByText('You are in a call in another tab or device.').waitFor();
    await click(first, 'Hang up');
    await call(second);
  });

  it('run an agent that the page defines with the official client', async () => {
    const { calls } = await import('../docs/snippets/calls/page-agents.ts');
    onTestFinished(() => calls.close({ graceMs: 0 }));
    const port = await listen(createServer(respond(calls)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=agents`);
    await click(page, 'Call');
    await page.getByText('good morning').waitFor();
    expect(emulator.calls().at(-1)?.session).toMatchObject({ instructions: 'You are a pirate.' });
  });

  it('start from a button without React', async () => {
    const { calls } = await import('../docs/snippets/calls/replace.ts');
    onTestFinished(() => calls.close({ graceMs: 0 }));
    const port = await listen(createServer(respond(calls)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=call-from-button`);
    await click(page, 'idle');
    await page.getByRole('button', { name: 'connected' }).waitFor();
  });
});

describe('the recipe for captions', () => {
  it('shows what both sides say, in order and while they say it', async () => {
    const { POST } = await import('../docs/snippets/server/captions.ts');
    const port = await listen(createServer(respond(POST)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=captions`, {
      browserArgs: await microphoneThat({ speechMs: 600, silenceMs: 4_400 }),
    });
    await call(page);
    const captions = page.getByRole('list', { name: 'Captions' }).getByRole('listitem');
    await captions
      .filter({ hasText: /^Assistant: I (heard )?(you )?$/ })
      .first()
      .waitFor();
    await captions
      .filter({ hasText: /^Assistant: I heard you speak\.$/ })
      .first()
      .waitFor();
    expect((await captions.allTextContents()).slice(0, 2)).toEqual([
      'You: something you said',
      'Assistant: I heard you speak.',
    ]);
  });
});

describe('the recipe for muting', () => {
  it('sends silence while the microphone is muted, also in a later call', async () => {
    const { POST } = await import('../docs/snippets/server/route.ts');
    const port = await listen(createServer(respond(POST)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=mute`);
    await call(page);
    expect(await measureNextSecond(page)).toBeGreaterThan(0);
    await click(page, 'Mute');
    await page.getByRole('button', { name: 'Mute', pressed: true }).waitFor();
    // What was recorded before the click can still be counted in the first second.
    await measureNextSecond(page);
    expect(await measureNextSecond(page)).toBe(0);
    await click(page, 'Hang up');
    await call(page);
    expect(await measureNextSecond(page)).toBe(0);
    await click(page, 'Mute');
    await measureNextSecond(page);
    expect(await measureNextSecond(page)).toBeGreaterThan(0);
  });
});

describe('the recipe for push-to-talk', () => {
  it.each([
    [
      'the mouse',
      async (page: Page) => {
        await page.getByRole('button', { name: 'Hold to talk' }).hover();
        await page.mouse.down();
      },
      (page: Page) => page.mouse.up(),
    ],
    [
      'the space bar',
      async (page: Page) => {
        await page.getByRole('button', { name: 'Hold to talk' }).focus();
        await page.keyboard.down('Space');
      },
      (page: Page) => page.keyboard.up('Space'),
    ],
  ])(
    'sends audio only while the button is held with %s, and gets an answer after that',
    async (_, press, release) => {
      const { POST } = await import('../docs/snippets/server/push-to-talk.ts');
      const port = await listen(createServer(respond(POST)));
      const page = await openRecipe(`http://localhost:${port}/?recipe=push-to-talk`);
      await call(page);
      expect(await measureNextSecond(page)).toBe(0);
      await press(page);
      await page.getByRole('button', { name: 'Hold to talk', pressed: true }).waitFor();
      await measureNextSecond(page);
      expect(await measureNextSecond(page)).toBeGreaterThan(0);
      expect(await readEventTypes(page)).not.toContain('response.created');
      await release(page);
      await expect.poll(() => readEventTypes(page)).toContain('response.output_audio_transcript.done');
      await measureNextSecond(page);
      expect(await measureNextSecond(page)).toBe(0);
      const types = await readEventTypes(page);
      expect(types.filter((type) => type === 'response.created')).toHaveLength(1);
    },
  );
});

describe('the recipe for function calls', () => {
  it('runs the function in the page, and the model says its result', async () => {
    const { POST } = await import('../docs/snippets/server/function-calls.ts');
    const port = await listen(createServer(respond(POST)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=function-calls`, {
      browserArgs: await microphoneThat({ speechMs: 0, silenceMs: 1_000 }),
    });
    await call(page);
    // The emulator does not understand speech. It calls a function that a text names.
    const content = [{ type: 'input_text', text: 'Use set_theme to make the page dark.' }];
    await sendEvent(page, {
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content },
    });
    await sendEvent(page, { type: 'response.create' });
    await page.getByText('The tool said: {"theme":"dark"}').waitFor();
    expect(await page.evaluate(() => document.documentElement.style.colorScheme)).toBe('dark');
    expect(await readEventTypes(page)).not.toContain('error');
  });
});

describe('the recipe for choosing a microphone', () => {
  it('lists the microphones after a call, uses the chosen one, and remembers it', async () => {
    const { POST } = await import('../docs/snippets/server/route.ts');
    const port = await listen(createServer(respond(POST)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=microphone`, {
      // Chromium's fake prompt always chooses the default microphone.
      browserArgs: ['--use-fake-device-for-media-stream'],
      context: { permissions: ['microphone'] },
    });
    const select = page.getByRole('combobox', { name: 'Microphone' });
    await call(page);
    await expect.poll(() => select.locator('option').count()).toBeGreaterThan(2);
    await click(page, 'Hang up');

    const chosen = select.locator('option').last();
    const label = await chosen.textContent();
    await select.selectOption({ label: label ?? '' });
    await call(page);
    expect(await readMicrophoneLabel(page)).toBe(label);

    await page.reload();
    await expect.poll(() => select.locator('option:checked').textContent()).toBe(label);
    await call(page);
    expect(await readMicrophoneLabel(page)).toBe(label);
  });

  it('changes the microphone of an open call, which continues', async () => {
    const { POST } = await import('../docs/snippets/server/route.ts');
    const port = await listen(createServer(respond(POST)));
    const page = await openRecipe(`http://localhost:${port}/?recipe=microphone`, {
      browserArgs: ['--use-fake-device-for-media-stream'],
      context: { permissions: ['microphone'] },
    });
    const select = page.getByRole('combobox', { name: 'Microphone' });
    await call(page);
    const { calls } = emulator.stats();
    const chosen = select.locator('option').last();
    await expect.poll(() => select.locator('option').count()).toBeGreaterThan(2);
    const label = (await chosen.textContent()) ?? '';
    await select.selectOption({ label });
    await expect.poll(() => readMicrophoneLabel(page)).toBe(label);
    await expect.poll(() => countOpenMedia(page)).toEqual({ microphones: 1, peers: 1 });
    expect(await measureNextSecond(page)).toBeGreaterThan(0);
    expect(emulator.stats().calls).toBe(calls);
  });
});

/** The label of the microphone that was opened last. */
function readMicrophoneLabel(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const { tracks } = Reflect.get(window, 'mediaLog') as { tracks: MediaStreamTrack[] }; // set by recordMedia()
    return tracks.at(-1)?.label;
  });
}

describe("the recipe for Vite's proxy", () => {
  it('mints with the documented configuration, in browsers with and without Fetch Metadata', async () => {
    const { POST } = await import('../docs/snippets/server/route.ts');
    const target = `http://127.0.0.1:${await listen(createServer(respond(POST)))}`;
    const file = fileURLToPath(new URL('../docs/snippets/recipes/vite.config.ts', import.meta.url));
    const loaded = await loadConfigFromFile({ command: 'serve', mode: 'development' }, file);
    const documented = mergeConfig(loaded?.config ?? {}, { server: { proxy: { '/api': { target } } } });

    const url = await serveWithVite(documented);
    await call(await openRecipe(`${url}?recipe=mute`));

    const shorthand = await serveWithVite({ server: { proxy: { '/api': target } } });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    expect(await mintWithoutFetchMetadata(url)).toBe(200);
    expect(warn).not.toHaveBeenCalled();
    expect(await mintWithoutFetchMetadata(shorthand)).toBe(403);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('changeOrigin: false'));
  });
});

/** Requests a token as a page does in a browser that sends no `Sec-Fetch-Site`, and returns the status. */
async function mintWithoutFetchMetadata(url: string): Promise<number> {
  const { origin } = new URL(url);
  const headers = { origin, 'content-type': 'application/json', cookie: 'user=ada' };
  return (await fetch(`${origin}/api/realtime-session`, { method: 'POST', headers, body: '{}' })).status;
}

/** Serves the page of the recipes with Vite's development server, and returns its address. */
async function serveWithVite(config: UserConfig): Promise<string> {
  // A folder for each server, because Vite reloads pages when their files are written again.
  const root = await mkdtemp(join(folder, 'vite-'));
  await mkdir(join(root, 'public'), { recursive: true });
  await writeFile(join(root, 'index.html'), PAGE);
  await writeFile(join(root, 'public', 'script.js'), script);
  const server = await createViteServer(
    mergeConfig(config, {
      root,
      configFile: false,
      logLevel: 'silent',
      server: { port: 0, host: 'localhost' },
    }),
  );
  await server.listen();
  onTestFinished(() => server.close());
  return server.resolvedUrls?.local[0] ?? '';
}

describe('the recipe for another origin', () => {
  // Outside production, the route accepts requests for local addresses only.
  beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'));

  /** Serves the page at https://app.example.com and the route at https://api.example.com. */
  async function openOtherOrigin(handler: SessionHandler, recipe: string): Promise<Page> {
    const tls = await createCertificate();
    const port = await listen(createSecureServer(tls, respond(handler)));
    return openRecipe(`https://app.example.com/?recipe=${recipe}`, {
      browserArgs: [...fakeMicrophone, `--host-resolver-rules=MAP *.example.com 127.0.0.1:${port}`],
      context: { ignoreHTTPSErrors: true },
    });
  }

  it('calls with an access token in a header', async () => {
    const { route } = await import('../docs/snippets/server/other-origin.ts');
    await call(await openOtherOrigin(route, 'other-origin'));
  });

  it('mints with the cookie of the same site', async () => {
    const { currentUser } = await import('../docs/snippets/server/users.ts');
    const handler = createSessionHandler({
      apiKey: emulator.apiKey,
      authorize: (request) => currentUser(request),
      allowedOrigins: ['https://app.example.com'],
      session: { model: 'gpt-realtime-2.1' },
    });
    const page = await openOtherOrigin(handler, 'other-origin-cookies');
    await click(page, 'Mint');
    await page.getByRole('button', { name: 'ek_…(redacted)' }).waitFor();
  });
});
