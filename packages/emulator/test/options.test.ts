import { describe, expect, it } from 'vitest';
import { createRealtimeEmulator, EmulatorOptionError, EmulatorStartError } from '@realtime-session/emulator';
import type { RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { startEmulator } from './support/harness.ts';

describe('createRealtimeEmulator', () => {
  it('listens on a free loopback port with a fake key', async () => {
    const emulator = await startEmulator();
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    expect(emulator.webSocketUrl).toBe(`ws://127.0.0.1:${emulator.port}/v1/realtime`);
    expect(emulator.apiKey).toBe('sk-emulator');
  });

  it.each<[string, RealtimeEmulatorOptions, RegExp]>([
    ['a key that looks real', { apiKeys: ['sk-proj-abc'] }, /fake keys only/],
    ['a long old-style key', { apiKeys: [`sk-${'a1B2'.repeat(12)}`] }, /fake keys only/],
    ['a service account key', { apiKeys: ['sk-emulator', 'sk-svcacct-abc'] }, /fake keys only/],
    ['a key with the prefix of tokens', { apiKeys: ['ek_abc'] }, /not start with "ek_"/],
    ['a key that is not valid in a header', { apiKeys: ['two words'] }, /letters, digits/],
    ['no key', { apiKeys: [] }, /one fake key/],
    ['a port out of range', { port: 65_536 }, /port must be a whole number from 0 to 65535/],
    [
      'a default lifetime under the minimum',
      { defaultTtlSeconds: 9 },
      /defaultTtlSeconds must be a whole number from 10 to 7200/,
    ],
    ['a minimum of 0', { minTtlSeconds: 0 }, /minTtlSeconds/],
    ['a minimum over the documented one', { minTtlSeconds: 11 }, /minTtlSeconds/],
    ['another kind of media', { media: 'audio' as 'none' }, /media must be "webrtc" or "none"/],
    ['another end of a page', { pageLeaves: 'ends' as 'ends-call' }, /pageLeaves must be/],
    ['another greeting', { sideband: { greeting: 'hello' as 'none' } }, /sideband.greeting must be/],
    ['other audio', { sideband: { audio: 'full' as 'deltas' } }, /sideband.audio must be/],
    ['another word', { sideband: { subprotocolKey: 'no' as 'refused' } }, /sideband.subprotocolKey must be/],
    ['no sideband', { sideband: { limit: 0 } }, /sideband.limit must be a whole number from 1 to 1000/],
    ['another status', { hangup: { status: 202 as 204 } }, /hangup.status must be 200 or 204/],
    ['another status after the end', { hangup: { endedStatus: 500 as 410 } }, /hangup.endedStatus must be/],
    ['a journal that is too long', { journal: { entries: 1_001 } }, /journal.entries must be/],
    ['a negative pace', { responsePaceMs: -1 }, /responsePaceMs/],
  ])('rejects %s', async (_name, options, message) => {
    const error: unknown = await createRealtimeEmulator(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmulatorOptionError);
    expect(String(error)).toMatch(message);
    for (const key of (options.apiKeys ?? []).filter((candidate) => candidate !== 'sk-emulator')) {
      expect(String(error)).not.toContain(key);
    }
  });

  it('throws EmulatorStartError when the port is in use', async () => {
    const { port } = await startEmulator();
    const error: unknown = await createRealtimeEmulator({ port }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmulatorStartError);
    expect(error).toMatchObject({ code: 'EADDRINUSE', message: expect.stringContaining(String(port)) });
  });

  it('stops listening when closed, and can be closed twice', async () => {
    const emulator = await startEmulator();
    await Promise.all([emulator.close(), emulator.close()]);
    await expect(fetch(emulator.url)).rejects.toThrow();
  });
});
