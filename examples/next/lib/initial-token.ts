import { cookies } from 'next/headers';
import { mintRoute } from './mint-route';

/**
 * Mints a token for the user of this request while the page is rendered, so that the page is ready on first paint. The token
 * becomes part of the page, so the page must not be cached. Reading cookies disables caching.
 *
 * @returns the body of the mint route's response, or `undefined` if it did not mint.
 */
export async function mintInitialToken(): Promise<unknown> {
  const cookie = (await cookies()).toString();
  const response = await mintRoute(
    new Request('http://localhost/api/realtime-session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie },
      body: '{}',
    }),
  );
  return response.ok ? response.json() : undefined;
}
