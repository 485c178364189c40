import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { openSite } from './support/open-site.ts';

/** Runs a snippet and returns what it prints. */
async function captureOutput(run: () => Promise<unknown>): Promise<unknown[][]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await run();
    return log.mock.calls;
  } finally {
    log.mockRestore();
  }
}

describe('core', () => {
  it('gets a token in three lines', async () => {
    const { emulator } = await openSite();
    const { token, tokens } = await import('./snippets/core/quick-start.ts');
    expect(token.value).toMatch(/^ek_/);
    expect(emulator.stats().mints).toBe(1);
    tokens.dispose();
  });

  it('posts the offer again when the first token is rejected', async () => {
    const { emulator } = await openSite();
    const { postOffer } = await import('./snippets/core/post-offer.ts');
    const route = createScriptedFetcher();
    const tokens = createTokenManager({ fetchToken: route.fetchToken, minIntervalMs: 0 });
    route.script({ value: 'ek_rejected', expires_in: 60 }, { value: 'ek_rejected_too', expires_in: 60 });
    expect((await postOffer(tokens, 'v=0')).status).toBe(401);
    expect(route.calls.map(({ reason }) => reason)).toEqual(['initial', 'invalidated']);
    expect(emulator.stats().sessions).toBe(0);
  });

  it('holds a lease until the call screen is closed', async () => {
    const { openCallScreen } = await import('./snippets/core/call-screen.ts');
    const environment = createManualEnvironment();
    const route = createScriptedFetcher();
    const tokens = createTokenManager({ fetchToken: route.fetchToken, environment });
    const warn = vi.fn();
    const close = openCallScreen(tokens, warn);
    await environment.clock.advance(1);
    route.calls[0]?.resolve(new Response(null, { status: 403 }));
    await environment.clock.advance(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('403'));
    close();
    expect(environment.clock.pending()).toBe(0);
  });

  it('reads the response of an issuer that is spread into the options', async () => {
    await openSite({ '/api/gemini-token': () => Response.json({ name: 'auth_tokens/1' }) });
    const { tokens } = await import('./snippets/core/gemini.ts');
    expect((await tokens.getToken()).value).toBe('auth_tokens/1');
    tokens.dispose();
  });
});

describe('server', () => {
  it('mints for a signed-in user and never returns the key', async () => {
    const { emulator } = await openSite();
    const { POST } = await import('./snippets/server/route.ts');
    const post = (cookie: string) => {
      const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie };
      return POST(new Request('https://app.example/api', { method: 'POST', headers, body: '{}' }));
    };
    expect((await post('user=unknown')).status).toBe(401);
    const body = await (await post('user=ada')).text();
    expect(body).toMatch(/"ek_/);
    expect(body).not.toContain(emulator.apiKey);
    expect(body).not.toContain('friendly');
  });
});

describe('protocol', () => {
  it('reports the issues that the comments show', async () => {
    const lines = await captureOutput(() => import('./snippets/protocol/check.ts'));
    expect(lines).toEqual([
      ['temperature', 'must be at most 1.2'],
      ['hats', 'unknown parameter'],
    ]);
  });

  it('finds the shutdowns of a session', async () => {
    const lines = await captureOutput(() => import('./snippets/protocol/shutdowns.ts'));
    expect(lines).toEqual([['model', 'gpt-realtime', '2027-01-20', 'gpt-realtime-2.1']]);
  });

  it('reports the issues of a Live session that the comments show', async () => {
    const lines = await captureOutput(() => import('./snippets/protocol/live.ts'));
    expect(lines).toEqual([
      ['audio.output.voice', expect.stringMatching(/^must be a voice of the Live API, /)],
      ['tools', expect.stringMatching(/^is delegation\.responses\.tools in a Live session: /)],
    ]);
  });

  it('translates as the comments show', async () => {
    const { live, documented } = await import('./snippets/protocol/translate.ts');
    const session = { type: 'realtime', model: 'gpt-realtime-2.1', audio: { output: { voice: 'marin' } } };
    expect(live).toEqual({ request: { session }, dropped: ['temperature'] });
    expect(documented).toEqual({
      request: { modalities: ['audio', 'text'] },
      dropped: ['session.reasoning'],
    });
  });
});

describe('emulator', () => {
  it('mints in a test', async () => {
    const lines = await captureOutput(() => import('./snippets/emulator/mint.ts'));
    expect(lines).toEqual([[200, { mints: 1, calls: 0, sessions: 0, openSessions: 0, peers: 0 }]]);
  });

  it('accepts every fault of the snippet', async () => {
    await expect(import('./snippets/emulator/faults.ts')).resolves.toBeDefined();
  });
});
