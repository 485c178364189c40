import { cookies } from 'next/headers';
import { mintRoute } from './mint-route.ts';

/**
 * A token for the user of this request, minted while the page is rendered: the page is ready when it appears. It is part of the
 * page then, as it is part of the mint route's answer otherwise, so the page must not be cached; reading cookies sees to that.
 *
 * @returns the mint route's answer, or `undefined` when it minted nothing.
 */
export async function initialToken(): Promise<unknown> {
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
