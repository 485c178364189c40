import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { onTestFinished, vi } from 'vitest';
import { serveMintRoute } from '../../support/mint-route.ts';

const API = 'https://api.openai.com';

/** What the code of a page finds around it. */
export interface Site {
  /** What stands for the API. */
  readonly emulator: RealtimeEmulator;
  /** The page's origin. */
  readonly origin: string;
}

/** Answers of other routes of the site, by path. */
export type Routes = Readonly<Record<string, (init: RequestInit) => Response>>;

/**
 * Makes this process a page of a site with a mint route at `/api/realtime-session`, and the emulator the API: relative
 * addresses are the site's, the API's own address is the emulator's, and the key in the environment is one it takes.
 *
 * @param routes - Further routes of the site.
 */
export async function openSite(routes: Routes = {}): Promise<Site> {
  const emulator = await createRealtimeEmulator({ generation: 'current' });
  onTestFinished(() => emulator.close());
  const { origin } = new URL(
    await serveMintRoute({
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      session: { model: 'gpt-realtime' },
    }),
  );
  const outside = globalThis.fetch;
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubGlobal('fetch', (input: string | URL, init: RequestInit = {}) => {
    const target = String(input);
    if (target.startsWith(API)) return outside(emulator.url + target.slice(API.length), init);
    if (!target.startsWith('/')) return outside(input, init);
    const route = routes[target];
    if (route !== undefined) return Promise.resolve(route(init));
    const headers = new Headers(init.headers);
    headers.set('origin', origin);
    return outside(origin + target, { ...init, headers });
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });
  return { emulator, origin };
}
