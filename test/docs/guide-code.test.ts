import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { once } from 'node:events';
import { toClientSecretRequest } from '@realtime-session/protocol';
import { callEndReasons } from '@realtime-session/server/calls';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { read } from './support/markdown.ts';
import { openSite } from './support/open-site.ts';

/** Cells of the table whose first column has this header, without code marks. */
async function readTable(page: string, header: string): Promise<string[][]> {
  const [, after = ''] = (await read(page)).split(new RegExp(`^\\| ${header} +\\|.*$`, 'm'));
  const rows = after.split('\n\n')[0]?.trim().split('\n').slice(1) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Whether an object has a value at a dotted path. */
function hasPath(value: unknown, path: string): boolean {
  let rest: unknown = value;
  for (const name of path.split('.')) {
    if (typeof rest !== 'object' || rest === null || !(name in rest)) return false;
    rest = (rest as Record<string, unknown>)[name];
  }
  return true;
}

/** Lead and hard margin of a token with this lifetime, without jitter. */
async function measure(lifetimeMs: number): Promise<{ leadMs: number; marginMs: number }> {
  const environment = createManualEnvironment();
  const fetchToken = () => ({ value: 'ek_1', expires_in: lifetimeMs / 1000 });
  using tokens = createTokenManager({ fetchToken, environment, jitterRatio: 0 });
  const release = tokens.keepFresh();
  await environment.clock.advance(1);
  const state = tokens.getState();
  release();
  if (state.status !== 'ready') throw new Error(`The manager is ${state.status}.`);
  const { expiresAtMs = NaN, refreshAtMs = NaN } = state;
  const remainingMs = () => expiresAtMs - environment.clock.nowMs();
  await environment.clock.advance(remainingMs() - 6_000);
  while (tokens.peek() !== undefined) await environment.clock.advance(250);
  return { leadMs: expiresAtMs - refreshAtMs, marginMs: remainingMs() };
}

describe('connections of the guide', () => {
  it('opens a session over a WebSocket', async () => {
    const { emulator } = await openSite();
    vi.stubGlobal('WebSocket', WebSocket);
    const { tokens } = await import('./snippets/core/quick-start.ts');
    const { openSocket } = await import('./snippets/core/open-socket.ts');
    // The class of `ws` stands in for the browser's.
    const socket = (await openSocket(tokens, emulator.webSocketUrl)) as unknown as WebSocket;
    const [first] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ type: 'session.created' });
    socket.close();
    tokens.dispose();
  });

  it('creates a reconnecting call without opening it', async () => {
    const { createCall } = await import('./snippets/webrtc/replay.ts');
    const connection = createCall(createTokenManager({ fetchToken: literal('ek_1') }), () => 'the weather');
    expect(connection.getState().status).toBe('idle');
    connection.close();
  });
});

describe('tables of the guide', () => {
  it('list the lead and the margin that the manager uses', async () => {
    const rows = await readTable('docs/guide/token-lifecycle.md', 'lifetime');
    expect(rows.length).toBeGreaterThan(3);
    for (const [lifetime = '', lead, margin] of rows) {
      const { leadMs, marginMs } = await measure(Number.parseInt(lifetime) * 1000);
      expect([lifetime, lead, margin]).toEqual([lifetime, `${leadMs / 1000} s`, `${marginMs / 1000} s`]);
    }
  });

  it('list how often the manager refreshes', async () => {
    const rows = await readTable('docs/guide/security.md', '`ttlSeconds`');
    expect(rows.length).toBeGreaterThan(3);
    for (const [ttl = '', interval] of rows) {
      const { leadMs } = await measure(Number(ttl) * 1000);
      const seconds = Number(ttl) - leadMs / 1000;
      const expected = seconds % 60 === 0 ? `every ${seconds / 60} minutes` : `every ${seconds} s`;
      expect([ttl, interval]).toEqual([ttl, expected]);
    }
  });

  it('list every reason for which a call ends', async () => {
    const rows = await readTable('docs/guide/calls.md', 'reason');
    expect(rows.map(([reason]) => reason)).toEqual([...callEndReasons]);
  });

  it('list every event of a call', async () => {
    const rows = await readTable('docs/guide/calls.md', '`type`');
    const source = await read('packages/server/src/lib/calls/call-events.ts');
    const types = [...source.matchAll(/readonly type: '(.+)';/g)].map(([, type]) => type);
    expect(types.length).toBeGreaterThan(10);
    expect(rows.map(([type]) => type).sort()).toEqual(types.sort());
  });

  it('list the parameter names that the translation uses', async () => {
    const rows = await readTable('docs/migration/sessions-call.md', '`sessions`');
    expect(rows.length).toBeGreaterThan(9);
    const { request, dropped } = toClientSecretRequest({
      model: 'gpt-realtime-2.1',
      modalities: ['audio', 'text'],
      voice: 'marin',
      speed: 1.1,
      input_audio_format: 'pcm16',
      output_audio_format: 'g711_ulaw',
      input_audio_transcription: { model: 'gpt-transcribe' },
      input_audio_noise_reduction: { type: 'near_field' },
      turn_detection: { type: 'server_vad' },
      max_response_output_tokens: 100,
      client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } },
      temperature: 0.8,
    });
    for (const [older = '', live = ''] of rows) {
      if (live.startsWith('removed')) expect(dropped).toContain(older);
      else expect([live, hasPath(request, live)]).toEqual([live, true]);
    }
  });
});
