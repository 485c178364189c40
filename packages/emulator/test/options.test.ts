import { networkInterfaces } from 'node:os';
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

  it('does not accept connections at other addresses of the machine', async () => {
    const { port } = await startEmulator();
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hosts = others.filter(({ family, internal }) => family === 'IPv4' && !internal);
    // On Linux, all of 127.0.0.0/8 is this machine: a server that listens on every address accepts connections there.
    for (const host of ['127.0.0.2', ...hosts.map(({ address }) => address)])
      await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow();
  });

  it.each<[string, RealtimeEmulatorOptions, RegExp]>([
    ['another host', { host: '0.0.0.0' }, /127\.0\.0\.1 only/],
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
