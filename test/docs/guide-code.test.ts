import { createTokenManager, literal } from '@realtime-session/core';
import { once } from 'node:events';
import { toClientSecretRequest } from '@realtime-session/protocol';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { leadMs, marginMs } from '../../packages/core/src/lib/refresh/lead.ts';
import { read } from './support/markdown.ts';
import { openSite } from './support/open-site.ts';

/** Cells of the rows of a table that begins with this header, without the code marks. */
async function table(page: string, header: string): Promise<string[][]> {
  const [, after = ''] = (await read(page)).split(new RegExp(`^\\| ${header} +\\|.*$`, 'm'));
  const rows = after.split('\n\n')[0]?.trim().split('\n').slice(1) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Whether something is at a dotted path. */
function has(value: unknown, path: string): boolean {
  let rest: unknown = value;
  for (const name of path.split('.')) {
    if (typeof rest !== 'object' || rest === null || !(name in rest)) return false;
    rest = (rest as Record<string, unknown>)[name];
  }
  return true;
}

describe('connections of the guide', () => {
  it('a WebSocket opens a session with the token', async () => {
    const { emulator } = await openSite();
    vi.stubGlobal('WebSocket', WebSocket);
    const { tokens } = await import('./snippets/core/quick-start.ts');
    const { openSocket } = await import('./snippets/core/open-socket.ts');
    // The package's class is the page's, as far as is read here.
    const socket = (await openSocket(tokens, emulator.webSocketUrl)) as unknown as WebSocket;
    const [first] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ type: 'session.created' });
    socket.close();
    tokens.dispose();
  });

  it('a call that comes back is made without one that is open', async () => {
    const { createCall } = await import('./snippets/webrtc/replay.ts');
    const connection = createCall(createTokenManager({ fetchToken: literal('ek_1') }), () => 'the weather');
    expect(connection.getState().status).toBe('idle');
    connection.close();
  });
});

describe('tables of the guide', () => {
  it('lead and margin are what the code says', async () => {
    const rows = await table('docs/guide/token-lifecycle.md', 'lifetime');
    expect(rows.length).toBeGreaterThan(3);
    const settings = { ratio: 0.2, maxMs: 60_000, jitterRatio: 0.1 };
    const expected = rows.map(([lifetime = '']) => {
      const lifetimeMs = Number.parseInt(lifetime) * 1000;
      return [lifetime, `${leadMs(lifetimeMs, settings, 0) / 1000} s`, `${marginMs(lifetimeMs) / 1000} s`];
    });
    expect(rows).toEqual(expected);
  });

  it('refreshes of the security guide come when the code says', async () => {
    const rows = await table('docs/guide/security.md', '`ttlSeconds`');
    const settings = { ratio: 0.2, maxMs: 60_000, jitterRatio: 0.1 };
    const expected = rows.map(([ttl = '', , good = '']) => {
      const lifetimeMs = Number(ttl) * 1000;
      const everyS = (lifetimeMs - leadMs(lifetimeMs, settings, 0)) / 1000;
      return [ttl, everyS % 60 === 0 ? `every ${everyS / 60} minutes` : `every ${everyS} s`, good];
    });
    expect(rows.length).toBeGreaterThan(3);
    expect(rows).toEqual(expected);
  });

  it('names of the older call become those the translation gives them', async () => {
    const rows = await table('docs/migration/sessions-call.md', '`sessions`');
    expect(rows.length).toBeGreaterThan(9);
    const { request, dropped } = toClientSecretRequest({
      model: 'gpt-realtime',
      modalities: ['audio', 'text'],
      voice: 'marin',
      speed: 1.1,
      input_audio_format: 'pcm16',
      output_audio_format: 'g711_ulaw',
      input_audio_transcription: { model: 'whisper-1' },
      input_audio_noise_reduction: { type: 'near_field' },
      turn_detection: { type: 'server_vad' },
      max_response_output_tokens: 100,
      client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } },
      temperature: 0.8,
    });
    for (const [older = '', live = ''] of rows) {
      if (live.startsWith('gone')) expect(dropped).toContain(older);
      else expect([live, has(request, live)]).toEqual([live, true]);
    }
  });
});
