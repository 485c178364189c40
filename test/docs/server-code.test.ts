import { createRealtimeEmulator } from '@realtime-session/emulator';
import { describe, expect, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

type Route = (request: Request) => Promise<Response>;

/** A page's request, of a user who is signed in. */
function ask(route: Route, body: unknown = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie: 'user=ada' };
  const text = JSON.stringify(body);
  const init = { method: 'POST', headers: { ...headers, 'content-length': `${text.length}` }, body: text };
  return route(new Request('https://app.example/api/realtime-session', init));
}

/** Runs something, and tells what was posted to an address that begins like this. */
async function postedTo(start: string, run: () => Promise<unknown>): Promise<[string, RequestInit][]> {
  const posted: [string, RequestInit][] = [];
  const before = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init: RequestInit = {}) => {
    if (String(input).startsWith(start)) posted.push([String(input), init]);
    return before(input, init);
  });
  await run();
  return posted;
}

describe('the mint routes of the guide', () => {
  it('one that goes to the emulator when it is told to', async () => {
    const { emulator } = await openSite();
    vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
    const { POST } = await import('./snippets/server/against-emulator.ts');
    expect((await ask(POST)).status).toBe(200);
    expect(emulator.stats().mints).toBe(1);
  });

  it('one that depends on the user, and lets a page ask for a voice', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/per-user.ts');
    const calls = await postedTo('https://api.openai.com', async () => {
      expect((await ask(POST, { audio: { output: { voice: 'marin' } } })).status).toBe(200);
      expect((await ask(POST, { instructions: 'Be rude.' })).status).toBe(400);
    });
    expect(calls).toHaveLength(1);
    // The handler posts text.
    expect(JSON.parse(calls[0]?.[1].body as string)).toMatchObject({
      expires_after: { seconds: 60 },
      session: {
        instructions: 'You are talking to ada.',
        audio: { output: { voice: 'marin' } },
        max_output_tokens: 1024,
      },
    });
  });

  it('one that mints at Azure', async () => {
    await openSite();
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'of-the-resource');
    vi.stubGlobal('fetch', () =>
      Promise.resolve(Response.json({ value: 'ek_azure', expires_at: Math.ceil(Date.now() / 1000) + 60 })),
    );
    const { POST } = await import('./snippets/server/azure.ts');
    const calls = await postedTo('https://my-resource.openai.azure.com/', async () => {
      expect(await (await ask(POST)).json()).toMatchObject({ value: 'ek_azure' });
    });
    expect(calls.map(([url]) => new URL(url).pathname)).toEqual(['/openai/v1/realtime/client_secrets']);
    expect(new Headers(calls[0]?.[1].headers).get('api-key')).toBe('of-the-resource');
  });

  it('one whose pages speak the documented call', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/documented-shape.ts');
    const answer = await ask(POST, { voice: 'marin', modalities: ['audio', 'text'] });
    expect(await answer.json()).toMatchObject({
      object: 'realtime.session',
      client_secret: { value: expect.stringMatching(/^ek_/) },
    });
  });

  it('one whose key changes under way', async () => {
    await openSite();
    const emulator = await createRealtimeEmulator({ apiKeys: ['sk-first', 'sk-second'] });
    const { secrets } = await import('./snippets/server/secrets.ts');
    const { POST } = await import('./snippets/server/rotate.ts');
    const outside = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
      outside(String(input).replace('https://api.openai.com', emulator.url), init),
    );
    const calls = await postedTo('https://api.openai.com', async () => {
      for (const key of ['sk-first', 'sk-second']) {
        secrets.set('openai-api-key', key);
        expect((await ask(POST)).status).toBe(200);
      }
    });
    const sent = calls.map(([, init]) => new Headers(init.headers).get('authorization'));
    expect(sent).toEqual(['Bearer sk-first', 'Bearer sk-second']);
    await emulator.close();
  });

  it('one that answers as the route of the AI SDK does', async () => {
    await openSite();
    const { POST } = await import('./snippets/server/ai-sdk-route.ts');
    const answer = await ask(POST, { sessionConfig: { instructions: 'Be rude.' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { tokens } = await import('./snippets/issuers/ai-sdk.ts');
    tokens.setToken(await answer.json());
    expect((await tokens.getToken()).session?.url).toContain('wss://api.openai.com/v1/realtime');
    tokens.dispose();
  });
});
