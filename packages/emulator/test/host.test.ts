import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createRealtimeEmulator, EmulatorOptionError, EmulatorStartError } from '@realtime-session/emulator';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { requestToken, startEmulator, startRecordedEmulator } from './support/harness.ts';
import { connect } from './support/realtime-client.ts';

const REAL_KEY = 'sk-proj-CANARY';

/** Addresses at which this machine reaches itself. On Linux, all of 127.0.0.0/8 is this machine. */
const machineAddresses = [
  ...(process.platform === 'linux' ? ['127.0.0.2'] : []),
  ...Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address),
];

describe('the option host', () => {
  it('lets other addresses reach the emulator, and warns', async () => {
    const { emulator, events } = await startRecordedEmulator({ host: '0.0.0.0' });
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    expect(machineAddresses).not.toEqual([]);
    for (const address of machineAddresses)
      expect((await fetch(`http://${address}:${emulator.port}/`)).status).toBe(200);
    expect(events).toEqual([
      {
        type: 'warning',
        code: 'network',
        host: '0.0.0.0',
        message:
          'Other machines can reach this emulator on 0.0.0.0: they can use it and control it. Send it fake keys only, such as sk-emulator.',
      },
    ]);
  });

  it.each([undefined, '127.0.0.1', 'localhost'])(
    '%j listens on 127.0.0.1 without a warning',
    async (host) => {
      const { emulator, events } = await startRecordedEmulator(host === undefined ? {} : { host });
      expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
      for (const address of machineAddresses)
        await expect(fetch(`http://${address}:${emulator.port}/`)).rejects.toThrow();
      expect(events).toEqual([]);
    },
  );

  it('listens on one address, which is in the URLs', async () => {
    const [host = '127.0.0.1'] = machineAddresses;
    const emulator = await startEmulator({ host });
    expect(emulator.url).toBe(`http://${host}:${emulator.port}`);
    expect(emulator.callsUrl).toBe(`http://${host}:${emulator.port}/v1/realtime/calls`);
    expect(emulator.webSocketUrl).toBe(`ws://${host}:${emulator.port}/v1/realtime`);
    expect((await requestToken(emulator, 'client_secrets')).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${emulator.port}/`)).rejects.toThrow();
  });

  it('has a certificate for the names and addresses of the machine', async () => {
    const emulator = await startEmulator({ host: '0.0.0.0' });
    const certificate = await getServerCertificate(emulator);
    const isTrusted = (name: string): boolean =>
      (certificate.checkHost(name) ?? certificate.checkIP(name)) !== undefined;
    const own = machineAddresses.filter((address) => !address.startsWith('127.'));
    for (const name of ['localhost', '127.0.0.1', '::1', hostname(), ...own])
      expect(isTrusted(name)).toBe(true);
    expect(isTrusted('0.0.0.0')).toBe(false);
  });

  it.each(['', 'http://127.0.0.1', '127.0.0.1:80', '[::1]', '300.1.1.1', 'two words', 'a/b'])(
    'cannot be %j',
    async (host) => {
      const error: unknown = await createRealtimeEmulator({ host }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EmulatorOptionError);
      expect(String(error)).toMatch(/host must be an IP address or a host name/);
    },
  );

  it.each(['198.51.100.7', 'no-such-host.invalid'])(
    'names the remedy when %s is another machine',
    async (host) => {
      const error: unknown = await createRealtimeEmulator({ host }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EmulatorStartError);
      expect(String(error)).toContain(`${host} is not an address of this machine; use 127.0.0.1`);
    },
  );
});

describe('an emulator that other machines can reach', () => {
  it.each(['sk-mine', 'sk-1234', REAL_KEY])('does not start with the key %s', async (key) => {
    const started = createRealtimeEmulator({ host: '0.0.0.0', apiKeys: [key] });
    const error: unknown = await started.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmulatorOptionError);
    expect(String(error)).toMatch(/keys that start with sk- must start with sk-emulator/);
    expect(String(error)).not.toContain(key);
  });

  it('accepts fake keys', async () => {
    const apiKeys = ['sk-emulator-2', 'test-key'];
    const emulator = await startEmulator({ host: '0.0.0.0', apiKeys });
    for (const key of apiKeys)
      expect((await requestToken(emulator, 'client_secrets', { key })).status).toBe(200);
  });

  it.each([REAL_KEY, 'sk-short'])('refuses the key %s everywhere and never repeats it', async (key) => {
    const { emulator, events } = await startRecordedEmulator({ host: '0.0.0.0' });
    const headers = { authorization: `Bearer ${key}` };
    const requests = [
      ['GET', '/'],
      ['GET', '/v1/models'],
      ['POST', '/v1/realtime/client_secrets'],
      ['POST', '/v1/realtime/sessions'],
      ['POST', '/v1/realtime/calls'],
      ['POST', '/v1/realtime/calls/rtc_1/hangup'],
    ] as const;
    const responses = await Promise.all(
      requests.map(([method, path]) => fetch(emulator.url + path, { method, headers })),
    );
    expect(responses.map(({ status }) => status)).toEqual(requests.map(() => 401));
    const bodies = await Promise.all(responses.map((response) => response.text()));
    const sessions = [
      connect(`${emulator.webSocketUrl}?model=gpt-realtime-2.1`, { headers }),
      connect(emulator.webSocketUrl, { protocols: ['realtime', `openai-insecure-api-key.${key}`] }),
    ];
    for (const session of sessions) {
      bodies.push(JSON.stringify(await session.next('error')));
      expect((await session.closed).code).toBe(3000);
    }
    for (const body of bodies) {
      expect(body).toContain('This API key looks real');
      expect(body).toContain('sk-emulator');
    }
    expect(JSON.stringify([bodies, events, emulator.sessions()])).not.toContain(key);
  });

  it('can be controlled by its own names, and not from pages or names of others', async () => {
    const emulator = await startEmulator({ host: '0.0.0.0' });
    const [address = '127.0.0.1'] = machineAddresses.slice(-1);
    const own = [`${hostname()}:8080`, `${address}:${emulator.port}`, 'localhost', '[::1]:4141'];
    for (const host of own) expect(await getControlStatus(emulator, { host })).toBe(200);
    expect(await getControlStatus(emulator, { host: 'localhost', origin: `http://${hostname()}:3000` })).toBe(
      200,
    );
    for (const host of ['evil.example', '198.51.100.7'])
      expect(await getControlStatus(emulator, { host })).toBe(403);
    for (const origin of ['https://evil.example', 'null'])
      expect(await getControlStatus(emulator, { host: 'localhost', origin })).toBe(403);
  });

  it('shows the address that the client uses on its page of help', async () => {
    const emulator = await startEmulator({ host: '0.0.0.0' });
    const getHelp = async (host: string): Promise<string> => {
      const sent = request(emulator.url, { headers: { host } }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return (await response.toArray()).join('');
    };
    expect(await getHelp(`${hostname()}:8080`)).toContain(`OPENAI_BASE_URL=http://${hostname()}:8080/v1`);
    expect(await getHelp('evil.example')).toContain(`OPENAI_BASE_URL=${emulator.url}/v1`);
  });
});

async function getServerCertificate({ port, certificate }: RealtimeEmulator): Promise<X509Certificate> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: certificate });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw);
}

async function getControlStatus({ url }: RealtimeEmulator, headers: Record<string, string>): Promise<number> {
  const sent = request(`${url}/_emulator`, { headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}
