import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRealtimeEmulator, EmulatorOptionError } from '@realtime-session/emulator';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { startEmulator } from './support/harness.ts';
import { connect } from './support/realtime-client.ts';
import { send, toSecureUrl } from './support/tls-client.ts';

describe('the port of an emulator', () => {
  it('accepts http, https, ws and wss', async () => {
    const emulator = await startEmulator();
    expect((await send(emulator, 'http', { path: '/' })).status).toBe(200);
    expect((await send(emulator, 'https', { path: '/' })).status).toBe(200);
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const query = '?model=gpt-realtime-2.1';
    const plain = connect(emulator.webSocketUrl + query, { headers });
    await plain.next('session.created');
    const secure = connect(toSecureUrl(emulator.webSocketUrl) + query, { headers, ca: emulator.certificate });
    await secure.next('session.created');
    expect(emulator.stats().openSessions).toBe(2);
  });

  it('answers several requests on one TLS connection', async () => {
    const emulator = await startEmulator();
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: emulator.certificate });
    onTestFinished(() => agent.destroy());
    for (let count = 0; count < 3; count += 1)
      expect((await send(emulator, 'https', { path: '/', agent })).status).toBe(200);
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  });

  it('accepts a body of 1 MiB and refuses a longer one with TLS', async () => {
    const emulator = await startEmulator();
    const mint = (length: number) =>
      send(emulator, 'https', {
        path: '/v1/realtime/client_secrets',
        method: 'POST',
        headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ session: { type: 'realtime', instructions: 'a'.repeat(length) } }),
      });
    expect((await mint(1_000_000)).status).toBe(200);
    expect((await mint(1_100_000)).status).toBe(413);
  });

  it('waits for the rest of a request that arrives byte by byte', async () => {
    const { port } = await startEmulator();
    const socket = await openSocket(port);
    socket.write('G');
    socket.write('ET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('answers a client that has closed its half of the connection', async () => {
    const { port } = await startEmulator();
    const socket = await openSocket(port);
    socket.end('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it.each([
    ['sends nothing', ''],
    ['sends neither HTTP nor TLS', '\u0000\u0001 nonsense\r\n\r\n'],
    ['breaks off in a TLS handshake', '\u0016\u0003\u0001'],
  ])('keeps working after a client %s', async (_what, data) => {
    const emulator = await startEmulator();
    const socket = await openSocket(emulator.port);
    socket.end(data);
    socket.resume();
    await once(socket, 'close');
    expect((await send(emulator, 'https', { path: '/' })).status).toBe(200);
  });

  it('keeps working after a client does not trust its certificate', async () => {
    const emulator = await startEmulator();
    await expect(
      once(connectTls({ host: '127.0.0.1', port: emulator.port }), 'secureConnect'),
    ).rejects.toThrow(/certificate/);
    expect((await send(emulator, 'https', { path: '/' })).status).toBe(200);
  });

  it('closes with open TLS sessions, idle TLS connections, half handshakes and silent connections', async () => {
    const emulator = await createRealtimeEmulator();
    const session = connect(`${toSecureUrl(emulator.webSocketUrl)}?model=gpt-realtime-2.1`, {
      headers: { authorization: `Bearer ${emulator.apiKey}` },
      ca: emulator.certificate,
    });
    await session.next('session.created');
    const idle = await openTlsSocket(emulator);
    const silent = await openSocket(emulator.port);
    const handshake = await openSocket(emulator.port);
    handshake.write('\u0016\u0003\u0001');
    const closed = [idle, silent, handshake].map(async (socket) => {
      socket.resume();
      if (!socket.closed) await once(socket, 'close');
    });
    await emulator.close();
    expect(await session.closed).toEqual({ code: 1001, reason: 'emulator_closed' });
    await Promise.all(closed);
    await expect(fetch(emulator.url)).rejects.toThrow();
  });
});

describe('the certificate of an emulator', () => {
  it('is an authority that signed the certificate for localhost, 127.0.0.1 and ::1', async () => {
    const emulator = await startEmulator();
    const authority = new X509Certificate(emulator.certificate);
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    const socket = await openTlsSocket(emulator);
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    const certificate = new X509Certificate(raw);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkHost('api.openai.com')).toBeUndefined();
    expect(certificate.checkIP('192.0.2.1')).toBeUndefined();
  });

  it('is another one for each emulator', async () => {
    const [one, two] = [await startEmulator(), await startEmulator()];
    expect(one.certificate).not.toBe(two.certificate);
    const socket = connectTls({ host: '127.0.0.1', port: two.port, ca: one.certificate });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/certificate/);
  });

  it('is served without its key', async () => {
    const emulator = await startEmulator();
    const { status, headers, text: body } = await send(emulator, 'http', { path: '/certificate.pem' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-pem-file');
    expect(body).toBe(emulator.certificate);
    expect(body).not.toContain('PRIVATE');
  });

  it('is the certificate of the option tls, whose URLs are https and wss', async () => {
    const { key, cert } = await createOwnCertificate();
    const emulator = await startEmulator({ tls: { key, cert: Buffer.from(cert) } });
    expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
    expect(emulator.webSocketUrl).toBe(`wss://127.0.0.1:${emulator.port}/v1/realtime`);
    expect(emulator.certificate).toBe(cert);
    expect((await send(emulator, 'https', { path: '/' })).status).toBe(200);
    expect((await send(emulator, 'http', { path: '/' })).status).toBe(200);
  });

  it('is refused with the name of the option when it is not valid', async () => {
    const { key, cert } = await createOwnCertificate();
    const other = await createOwnCertificate();
    for (const tls of [
      { key: 'CANARY', cert },
      { key, cert: 'none' },
      { key: other.key, cert },
    ]) {
      const error: unknown = await createRealtimeEmulator({ tls }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EmulatorOptionError);
      expect(String(error)).toMatch(/^EmulatorOptionError: tls must be/);
      expect(String(error)).not.toContain('CANARY');
    }
  });
});

describe('emulatorEnvironment', () => {
  it('names a file with the certificate, which is gone after close', async () => {
    const emulator = await startEmulator();
    const env = emulatorEnvironment(emulator, {});
    expect(env).toMatchObject({ OPENAI_API_KEY: 'sk-emulator', OPENAI_BASE_URL: `${emulator.url}/v1` });
    expect(readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8')).toBe(emulator.certificate);
    await emulator.close();
    expect(existsSync(env.NODE_EXTRA_CA_CERTS)).toBe(false);
  });

  it('keeps the certificates that the environment already names', async () => {
    const [emulator, other] = [await startEmulator(), await startEmulator()];
    const existing = other.writeCertificate();
    writeFileSync(existing, other.certificate.trimEnd());
    const env = emulatorEnvironment(emulator, { NODE_EXTRA_CA_CERTS: existing });
    expect(readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8')).toBe(other.certificate + emulator.certificate);
    const missing = emulatorEnvironment(emulator, { NODE_EXTRA_CA_CERTS: `${existing}.missing` });
    expect(readFileSync(missing.NODE_EXTRA_CA_CERTS, 'utf8')).toBe(emulator.certificate);
    expect(missing.NODE_EXTRA_CA_CERTS).not.toBe(env.NODE_EXTRA_CA_CERTS);
  });
});

async function openSocket(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function openTlsSocket({ port, certificate }: RealtimeEmulator): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: certificate });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

async function createOwnCertificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { key, cert };
}
