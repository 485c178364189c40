import { describe, expect, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

const address = 'https://api.example.com/realtime-session';

type Route = (request: Request) => Promise<Response>;

/** The documented route, with the emulator in place of the API. */
async function openRoute(): Promise<Route> {
  const { emulator } = await openSite();
  vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
  vi.resetModules();
  return (await import('./snippets/server/app-shells.ts')).route;
}

/** The headers of a page that is not on the server's own origin. */
function headersOf(origin: string): Record<string, string> {
  return { origin, 'sec-fetch-site': 'cross-site' };
}

async function preflight(route: Route, origin: string): Promise<string | null> {
  const headers = { ...headersOf(origin), 'access-control-request-method': 'POST' };
  const response = await route(new Request(address, { method: 'OPTIONS', headers }));
  return response.headers.get('access-control-allow-origin');
}

async function mint(
  route: Route,
  page: { readonly origin: string; readonly accessToken: string },
): Promise<number> {
  const authorization = `Bearer ${page.accessToken}`;
  const headers = {
    ...headersOf(page.origin),
    authorization,
    'content-type': 'application/json',
    'content-length': '2',
  };
  const response = await route(new Request(address, { method: 'POST', headers, body: '{}' }));
  return response.status;
}

describe.each([
  'app://example',
  'tauri://localhost',
  'http://tauri.localhost',
  'capacitor://localhost',
  'https://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
])('a page at %s', (origin) => {
  it('gets a token with an access token, and 401 without one', async () => {
    const route = await openRoute();
    expect(await preflight(route, origin)).toBe(origin);
    expect(await mint(route, { origin, accessToken: 'access-token-of-ada' })).toBe(200);
    expect(await mint(route, { origin, accessToken: 'other' })).toBe(401);
  });
});

it.each([
  'null',
  'app://other',
  'https://tauri.localhost',
  'https://localhost:8100',
  'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
])('a page at %s is refused', async (origin) => {
  const route = await openRoute();
  expect(await preflight(route, origin)).toBeNull();
  expect(await mint(route, { origin, accessToken: 'access-token-of-ada' })).toBe(403);
});
