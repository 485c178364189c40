import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { onTestFinished, vi } from 'vitest';
import { serveMintRoute } from '../../support/mint-route.ts';

const API = 'https://api.openai.com';

/** The environment of a page's code. */
export interface Site {
  /** Stands in for the API. */
  readonly emulator: RealtimeEmulator;
  /** The page's origin. */
  readonly origin: string;
}

/** Handlers of other routes of the site, by path. */
export type Routes = Readonly<Record<string, (init: RequestInit) => Response>>;

/**
 * Lets this process run code of a page. The site has a mint route at `/api/realtime-session`, and the emulator replaces
 * the API: relative URLs go to the site, requests to the API go to the emulator, and the key in the environment is valid there.
 *
 * @param routes - Additional routes of the site.
 */
export async function openSite(routes: Routes = {}): Promise<Site> {
  const emulator = await createRealtimeEmulator({ generation: 'current' });
  onTestFinished(() => emulator.close());
  const { origin } = new URL(
    await serveMintRoute({
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      session: { model: 'gpt-realtime-2.1' },
    }),
  );
  const originalFetch = globalThis.fetch;
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubGlobal('fetch', (input: string | URL, init: RequestInit = {}) => {
    const target = String(input);
    if (target.startsWith(API)) return originalFetch(emulator.url + target.slice(API.length), init);
    if (!target.startsWith('/')) return originalFetch(input, init);
    const route = routes[target];
    if (route !== undefined) return Promise.resolve(route(init));
    const headers = new Headers(init.headers);
    headers.set('origin', origin);
    return originalFetch(origin + target, { ...init, headers });
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });
  return { emulator, origin };
}
