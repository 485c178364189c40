import { readdir, readFile } from 'node:fs/promises';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import type { TokenManager } from '@realtime-session/core';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { compatible, createSessionHandler, type SessionHandler } from '@realtime-session/server';
import { Window } from 'happy-dom';
import type { InlineConfig } from 'vite';
import solid from 'vite-plugin-solid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import preactConfig from './recipes/preact.config.ts';
import { buildApp, type AppFiles, type BuiltApp } from './support/build.ts';
import { renderOnServer } from './support/render-on-server.ts';

interface ClientApp {
  /** Missing where the hooks create the manager. */
  readonly tokens?: TokenManager;
  mount(target: Element): () => void;
}

interface Framework {
  readonly name: string;
  readonly files: AppFiles;
  readonly config: InlineConfig;
}

const frameworks: readonly Framework[] = [
  { name: 'Vue', files: ['vue.client.ts', 'vue.server.ts'], config: { plugins: [vue()] } },
  {
    name: 'Svelte',
    files: ['svelte.client.ts', 'svelte.server.ts'],
    config: { plugins: [svelte({ configFile: false })] },
  },
  {
    name: 'Preact',
    files: ['preact.client.tsx', 'preact.server.tsx'],
    config: preactConfig,
  },
  {
    name: 'Solid',
    files: ['solid.client.ts', 'solid.server.ts'],
    config: { plugins: [solid({ ssr: true })] },
  },
  { name: 'Lit', files: ['lit.client.ts', 'lit.server.ts'], config: {} },
  {
    name: 'Angular',
    files: ['angular.client.ts', 'angular.server.ts'],
    config: { oxc: { decorator: { legacy: true } } },
  },
];

let emulator: RealtimeEmulator;
let handler: SessionHandler;
let user: { id: string } | null;

beforeAll(async () => {
  openDocument();
  emulator = await createRealtimeEmulator({ media: 'none' });
  handler = createSessionHandler({
    apiKey: emulator.apiKey,
    authorize: () => user,
    session: { model: 'gpt-realtime-2.1' },
    upstream: compatible({ baseUrl: emulator.url }),
  });
});
afterAll(() => emulator.close());

const mintRequests = vi.fn();
const originalFetch = globalThis.fetch;

beforeEach(() => {
  user = { id: 'ada' };
  mintRequests.mockClear();
  vi.stubGlobal('fetch', (input: unknown, init: RequestInit) => {
    if (input !== '/api/realtime-session') return originalFetch(input as string, init);
    mintRequests();
    const request = new Request('https://app.example/api/realtime-session', init);
    return handler(request, { address: '192.0.2.1' });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Adds the globals of a page that Node does not have. */
function openDocument(): void {
  const page = new Window({ url: 'https://app.example/' });
  for (const name of Object.getOwnPropertyNames(page)) {
    if (!(name in globalThis)) Reflect.set(globalThis, name, Reflect.get(page, name));
  }
}

/** Counts what a page holds of a manager. */
function countHeld(tokens: TokenManager): () => number {
  let held = 0;
  const count = (stop: () => void) => {
    held += 1;
    return () => {
      held -= 1;
      stop();
    };
  };
  const { ...original } = tokens;
  tokens.subscribe = (listener) => count(original.subscribe(listener));
  tokens.keepFresh = () => count(original.keepFresh());
  return () => held;
}

const textOf = (element: Element): string =>
  element.textContent + (element.querySelector('call-status')?.shadowRoot?.textContent ?? '');

it('the page shows the files that these tests run', async () => {
  const page = await readFile(new URL('../../docs/guide/ui-frameworks.md', import.meta.url), 'utf8');
  const recipes = new URL('recipes/', import.meta.url);
  for (const name of await readdir(recipes)) {
    expect(page).toContain(`\n${await readFile(new URL(name, recipes), 'utf8')}\`\`\`\n`);
  }
});

describe.each(frameworks)('$name', ({ files, config }) => {
  let built: BuiltApp;
  beforeAll(async () => {
    vi.stubEnv('NODE_ENV', 'production'); // read by Vite
    built = await buildApp(files, config);
    vi.unstubAllEnvs();
  });
  afterAll(() => built.remove());

  let copies = 0;
  let client: ClientApp | undefined;

  /** Opens the page that the server rendered. */
  async function open(): Promise<{ root: Element; app: ClientApp; markup: string }> {
    const root = document.createElement('div');
    document.body.replaceChildren(root);
    const markup = await renderOnServer(built.server);
    root.innerHTML = markup.trim();
    client?.tokens?.reset();
    // A custom element can be defined only once.
    if (!client?.tokens)
      client = (await import(/* @vite-ignore */ `${built.client}?${copies++}`)) as ClientApp;
    return { root, markup, app: client };
  }

  it('renders on the server without a mint, becomes ready with one mint, and keeps nothing when unmounted', async () => {
    const warnings = vi.spyOn(console, 'warn');
    const errors = vi.spyOn(console, 'error');
    const { root, markup, app } = await open();
    expect(markup).toMatch(/<p.*>.*idle/);
    expect(markup).not.toContain('a request');
    const held = app.tokens && countHeld(app.tokens);
    const unmount = app.mount(root);
    await vi.waitFor(() => expect(textOf(root)).toContain('ready'), { timeout: 10_000 });
    expect(textOf(root)).not.toContain('idle');
    expect(mintRequests).toHaveBeenCalledOnce();
    if (held) expect(held()).toBe(2);
    unmount();
    if (held) await vi.waitFor(() => expect(held()).toBe(0), { timeout: 10_000 });
    expect(textOf(root)).not.toContain('ready');
    expect([...warnings.mock.calls, ...errors.mock.calls]).toEqual([]);
  });

  it('shows an error', async () => {
    user = null;
    const { root, app } = await open();
    const unmount = app.mount(root);
    await vi.waitFor(() => expect(textOf(root)).toContain('401'), { timeout: 10_000 });
    unmount();
  });
});
