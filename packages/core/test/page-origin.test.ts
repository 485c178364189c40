// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://page.example/call" }
import { createTokenManager, endpoint, type TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';

async function getError(url: string, outcome: Error | Response): Promise<TokenError> {
  const fetch = (): Promise<Response> =>
    outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  const tokens = createTokenManager({ fetchToken: endpoint(url, { fetch }), retry: { limit: 1 } });
  return tokens.getToken().then(
    () => {
      throw new Error('There was no error.');
    },
    (thrown: unknown) => thrown as TokenError,
  );
}

const entry = "allowedOrigins: ['https://page.example']";

describe('in a page', () => {
  test.each(['https://api.example/mint', 'http://page.example/mint', '//api.example/mint'])(
    'a failed request to another origin names CORS and the entry to add: %s',
    async (url) => {
      const error = await getError(url, new TypeError('Failed to fetch'));
      expect(error).toMatchObject({ code: 'network' });
      expect(error.message).toContain(
        `CORS has to allow the request: add ${entry} to createSessionHandler().`,
      );
    },
  );

  test.each(['/mint', 'mint', 'https://page.example/mint'])(
    'a failed request to its own origin names no CORS: %s',
    async (url) => {
      const { message } = await getError(url, new TypeError('Failed to fetch'));
      expect(message).toContain('could not be reached. Check the connection and the URL.');
    },
  );

  test('a refused origin names the entry to add, and the setting of a development proxy', async () => {
    const refusal = new Response('{"code":"origin_forbidden"}', { status: 403 });
    const { message } = await getError('/mint', refusal);
    expect(message).toContain(
      `403 (origin_forbidden). Add ${entry} to createSessionHandler(), or set changeOrigin: false`,
    );
  });
});
