import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SessionHandlerOptions } from '@realtime-session/server';
import { post, read, useHarness } from '../support/harness.ts';

const allowedOrigins = ['https://tunnel.example', 'capacitor://localhost'];

describe('the host of a request', () => {
  const harness = useHarness();
  const statusOf = async (
    host: string,
    address: string | undefined,
    options: Partial<SessionHandlerOptions> = {},
  ) => {
    // A rebound page is same-origin for the browser.
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    return (await harness.create(options)(post({}, headers), { address })).status;
  };
  const inProduction = () => {
    vi.stubEnv('NODE_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.8.8'])(
    'S42 is refused for a connection from %s when another site owns the name',
    async (address) => {
      const authorize = vi.fn(() => ({ id: 'local' }));
      for (const host of [
        'evil.example:3000',
        'localhost.evil.example',
        'evillocalhost',
        '127.0.0.1.evil.example',
      ])
        expect(await statusOf(host, address, { authorize })).toBe(403);
      expect(authorize).not.toHaveBeenCalled();
      expect(harness.events[0]).toMatchObject({
        code: 'host_forbidden',
        remedy: expect.stringContaining('evil.example:3000'),
      });
    },
  );

  it.each([
    'localhost',
    'LOCALHOST:3000',
    'app.localhost:8080',
    '127.0.0.1:3000',
    '[::1]:3000',
    '192.168.1.5:5173',
    'shop.test',
    'tunnel.example',
  ])('is accepted for a connection from this machine when it is %s', async (host) => {
    expect(await statusOf(host, '127.0.0.1', { allowedOrigins })).toBe(200);
  });

  it.each([undefined, '203.0.113.9', '10.0.0.1'])(
    'is not checked for a connection from %s by default',
    async (address) => {
      expect(await statusOf('app.example.com', address)).toBe(200);
    },
  );

  it('is not checked in production by default', async () => {
    inProduction();
    expect(await statusOf('app.example.com', '127.0.0.1')).toBe(200);
  });

  it('S42 is checked for every connection when allowedHosts is given', async () => {
    inProduction();
    const allowedHosts = ['app.example.com', '*.preview.example.com', 'admin.example.com:8443', '[::1]'];
    const statuses = async (...hosts: readonly string[]) =>
      Promise.all(hosts.map((host) => statusOf(host, '203.0.113.9', { allowedHosts })));
    expect(
      await statuses(
        'app.example.com',
        'APP.example.com:443',
        'a.preview.example.com',
        'admin.example.com:8443',
        '[::1]:3000',
      ),
    ).toEqual([200, 200, 200, 200, 200]);
    expect(
      await statuses(
        'example.com',
        'preview.example.com',
        'xpreview.example.com',
        'admin.example.com',
        'localhost',
        '127.0.0.1',
      ),
    ).toEqual([403, 403, 403, 403, 403, 403]);
  });

  it('answers with a problem that names the option', async () => {
    const response = await harness.create({ allowedHosts: ['app.example.com'] })(
      post({}, { host: 'evil.example' }),
    );
    expect(await read(response)).toMatchObject({
      status: 403,
      code: 'host_forbidden',
      title: expect.stringContaining('allowedHosts'),
    });
  });
});

describe('origins of app shells and extensions', () => {
  const harness = useHarness();
  const shells = [
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'https://tauri.localhost',
    'app://bundle',
    'app://obsidian.md',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://5d1e0a2c-7b3f-4a67-9d0e-1c2b3a4d5e6f',
    'safari-web-extension://5D1E0A2C-7B3F-4A67-9D0E-1C2B3A4D5E6F',
    'vscode-webview://1a2b3c',
    'my-app://host:8080',
  ];

  it.each(shells)('S10 are compared exactly when allowedOrigins lists %s', async (origin) => {
    const handler = harness.create({ allowedOrigins: [origin] });
    const call = (from: string) => handler(post({}, { origin: from, 'sec-fetch-site': 'cross-site' }));
    const own = await call(origin);
    expect(own.status).toBe(200);
    expect(own.headers.get('access-control-allow-origin')).toBe(origin);
    for (const other of [
      `${origin}.evil`,
      origin.replace('://', 's://'),
      `${origin}/`,
      'capacitor://other',
      'null',
    ])
      expect((await call(other)).status).toBe(403);
  });

  it.each([
    'null',
    'file://',
    'file:///index.html',
    'capacitor://',
    'capacitor://localhost/',
    'Capacitor://localhost',
    'app://*',
    'app://a b',
    'data:text/html,x',
    'javascript:alert(1)',
    'ws://localhost',
    'about:blank',
    'app://user@host',
  ])('S10 are refused when the handler is created and the entry is %s', (origin) => {
    expect(() => harness.create({ allowedOrigins: [origin] })).toThrow(/is not a serialized origin/);
  });

  it('suggest the serialized form', () => {
    expect(() => harness.create({ allowedOrigins: ['https://App.example.com:443/login'] })).toThrow(
      /write it like "https:\/\/app\.example\.com"/,
    );
  });
});
