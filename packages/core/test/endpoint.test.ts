import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenManager, endpoint, literal } from '@realtime-session/core';
import { afterEach, describe, expect, test } from 'vitest';

let server: Server | undefined;
afterEach(() => server?.close());

interface Seen {
  method: string | undefined;
  body: string;
  headers: Record<string, unknown>;
}

async function serve(status: number, responseBody: unknown): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method, body, headers: request.headers });
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(responseBody));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mint`, seen };
}

describe('endpoint', () => {
  test('posts params as JSON and reads the token over a real socket', async () => {
    const { url, seen } = await serve(200, {
      value: 'ek_1',
      expires_at: 4_000_000_000,
      expires_in: 60,
      session: { id: 'sess_1' },
    });
    const tokens = createTokenManager({ fetchToken: endpoint(url), params: { voice: 'marin' } });
    const token = await tokens.getToken();
    expect(token.value).toBe('ek_1');
    expect(token.session?.id).toBe('sess_1');
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: '{"voice":"marin"}',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
  });

  test('uses same-origin cookies by default, bypasses every cache, and passes its signal on', async () => {
    const inits: RequestInit[] = [];
    const fetch = (_url: string, init: RequestInit): Promise<Response> => {
      inits.push(init);
      return Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 }));
    };
    for (const credentials of [undefined, 'include', 'omit'] as const) {
      await createTokenManager({ fetchToken: endpoint('/mint', { fetch, credentials }) }).getToken();
    }
    expect(inits.map(({ credentials }) => credentials)).toEqual(['same-origin', 'include', 'omit']);
    expect(inits[0]).toMatchObject({ cache: 'no-store', signal: expect.any(AbortSignal) as AbortSignal });
  });

  test('posts an empty object without params, and calls headers for every attempt', async () => {
    const { url, seen } = await serve(200, { value: 'ek_1', expires_in: 60 });
    let login = 0;
    const tokens = createTokenManager({
      fetchToken: endpoint(url, {
        headers: () => Promise.resolve({ authorization: `Bearer ${(login += 1)}` }),
      }),
      minIntervalMs: 0,
    });
    await tokens.getToken();
    tokens.reset();
    await tokens.getToken();
    expect(seen.map((call) => [call.body, call.headers['authorization']])).toEqual([
      ['{}', 'Bearer 1'],
      ['{}', 'Bearer 2'],
    ]);
  });

  test('reports a problem document by status, code and request id', async () => {
    const { url } = await serve(403, {
      title: 'secret prose',
      code: 'origin_not_allowed',
      request_id: 'req_7',
    });
    const tokens = createTokenManager({ fetchToken: endpoint(url) });
    const error: unknown = await tokens.getToken().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 403, requestId: 'req_7', fatal: true });
    expect(String(error)).toContain('origin_not_allowed');
    expect(String(error)).not.toContain('prose');
  });

  test('reads the documented sessions response, and an expiry only next to the value', async () => {
    const tokens = createTokenManager({
      fetchToken: literal({
        id: 'sess_1',
        object: 'realtime.session',
        model: 'gpt-realtime-2.1',
        expires_at: 0,
        client_secret: { value: 'ek_nested', expires_at: Math.floor(Date.now() / 1000) + 60 },
      }),
    });
    const token = await tokens.getToken();
    expect(token.value).toBe('ek_nested');
    expect(token.session).toMatchObject({ id: 'sess_1', model: 'gpt-realtime-2.1' });
    expect(token.session).not.toHaveProperty('client_secret');
    expect(token.remainingMs()).toBeGreaterThan(55_000);
  });
});
