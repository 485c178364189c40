import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import react from '@vitejs/plugin-react';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import type { ViteDevServer } from 'vite';
import { expect, it, onTestFinished } from 'vitest';
import { CONNECT_TIMEOUT_MS, ONE_CALL } from '../support/call-page.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { openPage } from '../support/open-page.ts';
import { countOpenMedia, countPrompts, recordMedia } from '../support/record-media.ts';

const tests = fileURLToPath(new URL('..', import.meta.url));

const html = `<!doctype html>
<link rel="icon" href="data:," />
<div id="root"></div>
<script type="module" src="/main.tsx"></script>`;

type Mode = 'StrictMode' | 'Fragment';

const main = (mode: Mode): string => `import { ${mode} as Mode } from 'react';
import { createRoot } from 'react-dom/client';
import App from './App.tsx';

createRoot(document.getElementById('root')!).render(<Mode><App /></Mode>);`;

const component = `import { useEffect } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export default function App() {
  const { status, callId, connect, close } = useRealtimeConnection({ endpoint: '/api/realtime-session' });
  useEffect(() => void connect(), [connect]);
  return (
    <>
      <h1>First version</h1>
      <output aria-label="connection">{status}</output>
      <output aria-label="call">{callId}</output>
      <button onClick={close}>Hang up</button>
    </>
  );
}`;

interface ServedApp {
  readonly folder: string;
  readonly url: string;
  /** Reports that a file was saved. */
  readonly watcher: ViteDevServer['watcher'];
}

/** Serves an app as Vite does while its developer works on it, and its mint route. */
async function serveApp(mode: Mode, mintRoute: string): Promise<ServedApp> {
  // Next to the installed packages, as in an app.
  const folder = await mkdtemp(join(tests, '.hot-reload-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(tests, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'index.html'), html);
  await writeFile(join(folder, 'main.tsx'), main(mode));
  await writeFile(join(folder, 'App.tsx'), component);
  const server = await createServer({
    root: folder,
    cacheDir: join(folder, '.vite'),
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: { dedupe: ['react', 'react-dom'] },
    server: {
      port: 0,
      host: 'localhost',
      fs: { strict: false },
      // Two saves within 50 ms are one change for the watcher of files, so the test reports each of them.
      watch: null,
      proxy: { '/api': { target: new URL('/', mintRoute).href } },
    },
  });
  onTestFinished(() => server.close());
  await server.listen();
  return { folder, url: server.resolvedUrls?.local[0] ?? '', watcher: server.watcher };
}

/** Edits the app's component, and waits until the page shows the edit. */
async function save(app: ServedApp, page: Page, [before, after]: readonly [string, string]): Promise<void> {
  const file = join(app.folder, 'App.tsx');
  await writeFile(file, (await readFile(file, 'utf8')).replace(before, after));
  app.watcher.emit('change', file);
  await page.getByRole('heading', { name: after }).waitFor();
}

it.each<Mode>(['StrictMode', 'Fragment'])('a call survives saving its component in <%s>', async (mode) => {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime-2.1' };
  const mintRoute = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session });
  const app = await serveApp(mode, mintRoute);
  const browser = await launchChromium(fakeMicrophone);
  onTestFinished(() => browser.close());
  const { page } = await openPage(browser, { url: app.url, before: recordMedia });
  let loads = 0;
  page.on('load', () => (loads += 1));

  const status = () => page.getByLabel('connection').textContent();
  const callId = () => page.getByLabel('call', { exact: true }).textContent();
  const openResources = async () => ({
    ...(await countOpenMedia(page)),
    sessions: emulator.sessions().length,
  });
  await expect.poll(status, { timeout: CONNECT_TIMEOUT_MS }).toBe('connected');
  const opened = await callId();
  expect(opened).toMatch(/^rtc_/);

  await save(app, page, ['First version', 'Second version']);
  await save(app, page, ['Second version', 'Third version']);
  expect([await status(), await callId()]).toEqual(['connected', opened]);
  expect(await openResources()).toEqual(ONE_CALL);
  // StrictMode and saves run the effects of a component again.
  expect([loads, await countPrompts(page), emulator.stats().calls]).toEqual([0, 1, 1]);

  await page.getByRole('button', { name: 'Hang up' }).click();
  await expect.poll(openResources).toEqual({ microphones: 0, peers: 0, sessions: 0 });
});
