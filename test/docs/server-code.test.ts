import { createRealtimeEmulator } from '@realtime-session/emulator';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

type Route = (request: Request) => Promise<Response>;

/** Posts to a route as a page of a signed-in user does. */
function post(route: Route, body: unknown = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie: 'user=ada' };
  const text = JSON.stringify(body);
  const init = { method: 'POST', headers: { ...headers, 'content-length': `${text.length}` }, body: text };
  return route(new Request('https://app.example/api/realtime-session', init));
}

/** Runs a function and returns the requests whose URL starts with a prefix. */
async function recordRequests(prefix: string, run: () => Promise<unknown>): Promise<[string, RequestInit][]> {
  const requests: [string, RequestInit][] = [];
  const originalFetch = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init: RequestInit = {}) => {
    if (String(input).startsWith(prefix)) requests.push([String(input), init]);
    return originalFetch(input, init);
  });
  await run();
  return requests;
}

describe('mint routes of the guide', () => {
  it('mints at the emulator when OPENAI_BASE_URL is set', async () => {
    const { emulator } = await openSite();
    vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
    const { POST } = await import('./snippets/server/route.ts');
    expect((await post(POST)).status).toBe(200);
    expect(emulator.stats().mints).toBe(1);
  });

  it('keeps the type of a session in its own file', async () => {
    const { session } = await import('./snippets/server/session.ts');
    expectTypeOf(session.model).toEqualTypeOf<'gpt-realtime-2.1'>();
    expect(session.model).toBe('gpt-realtime-2.1');
  });

  it('accepts the tokens of an issuer, and answers 401 to others', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const keys = [{ ...(await exportJWK(publicKey)), alg: 'RS256' }];
    await openSite();
    const originalFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
      String(input) === 'https://auth.example.com/.well-known/jwks.json'
        ? Promise.resolve(Response.json({ keys }))
        : originalFetch(input, init),
    );
    const { POST } = await import('./snippets/server/jwt.ts');
    const send = async (audience: string): Promise<number> => {
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer('https://auth.example.com/')
        .setAudience(audience)
        .setSubject('ada')
        .setExpirationTime('5 minutes')
        .sign(privateKey);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const init = { method: 'POST', headers: { ...headers, 'content-length': '2' }, body: '{}' };
      return (await POST(new Request('https://app.example/api/realtime-session', init))).status;
    };
    expect(await send('https://app.example.com')).toBe(200);
    expect(await send('https://other.example.com')).toBe(401);
  });

  it('builds the session from the user and the voice that the page requests', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/per-user.ts');
    const calls = await recordRequests('https://api.openai.com', async () => {
      expect((await post(POST, { audio: { output: { voice: 'marin' } } })).status).toBe(200);
      expect((await post(POST, { instructions: 'Be rude.' })).status).toBe(400);
    });
    expect(calls).toHaveLength(1);
    // The handler sends the body as a string.
    expect(JSON.parse(calls[0]?.[1].body as string)).toMatchObject({
      expires_after: { seconds: 60 },
      session: {
        instructions: 'You are talking to ada.',
        audio: { output: { voice: 'marin' } },
        max_output_tokens: 1024,
      },
    });
  });

  it('mints at a gateway and sends pages the address for their calls', async () => {
    await openSite();
    vi.stubEnv('OPENAI_API_KEY', 'gateway-key');
    vi.stubGlobal('fetch', () =>
      Promise.resolve(Response.json({ value: 'gw_token', expires_at: Math.ceil(Date.now() / 1000) + 60 })),
    );
    const { POST } = await import('./snippets/server/gateway.ts');
    const calls = await recordRequests('https://gateway.internal.example.com/v1', async () => {
      const minted: unknown = await (await post(POST)).json();
      expect(minted).toMatchObject({ calls_url: 'https://voice.example.com/v1/realtime/calls' });
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.[1].headers).toMatchObject({ 'x-team': 'support' });
  });

  it('sends parameters that this version does not know', async () => {
    await openSite();
    // The emulator knows today's parameters only.
    vi.stubGlobal('fetch', () =>
      Promise.resolve(Response.json({ value: 'ek_new', expires_at: Math.ceil(Date.now() / 1000) + 60 })),
    );
    const { POST } = await import('./snippets/server/new-parameters.ts');
    const calls = await recordRequests('https://api.openai.com', async () => {
      expect((await post(POST, { audio: { output: { emotion: 'calm' } } })).status).toBe(200);
    });
    expect(JSON.parse(calls[0]?.[1].body as string)).toMatchObject({
      session: { memory: { enabled: true }, audio: { output: { emotion: 'calm' } } },
    });
  });

  it('refuses requests to hosts that are not listed', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/allowed-hosts.ts');
    expect(await (await post(POST)).json()).toMatchObject({ code: 'host_forbidden' });
  });

  it('mints at Azure', async () => {
    await openSite();
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'azure-key');
    vi.stubGlobal('fetch', () =>
      Promise.resolve(Response.json({ value: 'ek_azure', expires_at: Math.ceil(Date.now() / 1000) + 60 })),
    );
    const { POST } = await import('./snippets/server/azure.ts');
    const calls = await recordRequests('https://my-resource.openai.azure.com/', async () => {
      expect(await (await post(POST)).json()).toMatchObject({ value: 'ek_azure' });
    });
    expect(calls.map(([url]) => new URL(url).pathname)).toEqual(['/openai/v1/realtime/client_secrets']);
    expect(new Headers(calls[0]?.[1].headers).get('api-key')).toBe('azure-key');
  });

  it('responds in the shape of the sessions call', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/documented-shape.ts');
    const response = await post(POST, { voice: 'marin', modalities: ['audio', 'text'] });
    expect(await response.json()).toMatchObject({
      object: 'realtime.session',
      client_secret: { value: expect.stringMatching(/^ek_/) },
    });
  });

  it('uses a new key without a restart', async () => {
    await openSite();
    const emulator = await createRealtimeEmulator({ apiKeys: ['sk-first', 'sk-second'] });
    const { secrets } = await import('./snippets/server/secrets.ts');
    const { POST } = await import('./snippets/server/rotate-key.ts');
    const originalFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
      originalFetch(String(input).replace('https://api.openai.com', emulator.url), init),
    );
    const calls = await recordRequests('https://api.openai.com', async () => {
      for (const key of ['sk-first', 'sk-second']) {
        secrets.set('openai-api-key', key);
        expect((await post(POST)).status).toBe(200);
      }
    });
    const sent = calls.map(([, init]) => new Headers(init.headers).get('authorization'));
    expect(sent).toEqual(['Bearer sk-first', 'Bearer sk-second']);
    await emulator.close();
  });

  it('responds in the shape of the AI SDK route', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/ai-sdk-route.ts');
    const response = await post(POST, { sessionConfig: { instructions: 'Be rude.' } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { tokens } = await import('./snippets/issuers/ai-sdk.ts');
    tokens.setToken(await response.json());
    expect((await tokens.getToken()).session?.url).toContain('wss://api.openai.com/v1/realtime');
    tokens.dispose();
  });
});
