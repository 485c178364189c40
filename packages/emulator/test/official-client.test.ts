import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { startEmulator } from './support/harness.ts';

const officialClient = (emulator: RealtimeEmulator, apiKey = emulator.apiKey): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${emulator.url}/v1`, maxRetries: 0 });

describe('the official client', () => {
  it('mints with client_secrets', async () => {
    const emulator = await startEmulator();
    const secret = await officialClient(emulator).realtime.clientSecrets.create({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: { type: 'realtime', model: 'gpt-realtime' },
    });
    expect(secret.value).toMatch(/^ek_/);
    expect(secret.session.type).toBe('realtime');
  });

  it('mints with sessions', async () => {
    const emulator = await startEmulator();
    const session = await officialClient(emulator).beta.realtime.sessions.create({
      modalities: ['text'],
      temperature: 0.7,
    });
    expect(session.client_secret.value).toMatch(/^ek_/);
    expect(session).toMatchObject({ modalities: ['text'], temperature: 0.7 });
  });

  it('throws its own errors with code, param and request id', async () => {
    const emulator = await startEmulator({ generation: 'current' });
    const denied: unknown = await officialClient(emulator, 'sk-wrong')
      .realtime.clientSecrets.create({})
      .catch((error: unknown) => error);
    expect(denied).toBeInstanceOf(AuthenticationError);
    expect(denied).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      requestID: expect.stringMatching(/^req_/),
    });
    const bad: unknown = await officialClient(emulator)
      .realtime.clientSecrets.create({ expires_after: { seconds: 60 } })
      .catch((error: unknown) => error);
    expect(bad).toBeInstanceOf(BadRequestError);
    expect(bad).toMatchObject({ code: 'missing_required_parameter', param: 'expires_after.anchor' });
    const notFound: unknown = await officialClient(emulator)
      .beta.realtime.sessions.create({})
      .catch((error: unknown) => error);
    expect(notFound).toBeInstanceOf(NotFoundError);
  });
});

describe('the official client over wss', () => {
  it('opens a session with a token and receives a response', async () => {
    const { emulator, ca } = await startTlsEmulator();
    const realtime = openSession(emulator, ca, await mintOverTls(emulator, ca));
    const words: string[] = [];
    realtime.on('response.output_text.delta', ({ delta }) => words.push(delta));
    await new Promise((resolve, reject) => {
      realtime.on('error', reject);
      realtime.on('session.created', () => {
        realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
        realtime.send({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        });
        realtime.send({ type: 'response.create' });
      });
      realtime.on('response.done', resolve);
    });
    expect(words.join('')).toBe('You said: Hello');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });
  });

  it('receives the error when a token is rejected', async () => {
    const { emulator, ca } = await startTlsEmulator();
    const realtime = openSession(emulator, ca, 'ek_expired');
    const error = new Promise((resolve) => realtime.on('error', resolve));
    const [code] = (await once(realtime.socket, 'close')) as [number];
    expect(code).toBe(3000);
    expect(await error).toMatchObject({ error: { code: 'invalid_api_key' } });
  });
});

async function startTlsEmulator(): Promise<{ emulator: RealtimeEmulator; ca: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const emulator = await startEmulator({ tls: { key, cert } });
  expect(emulator.webSocketUrl).toMatch(/^wss:/);
  return { emulator, ca: cert };
}

function openSession(emulator: RealtimeEmulator, ca: string, token: string): OpenAIRealtimeWS {
  const realtime = new OpenAIRealtimeWS(
    { model: 'gpt-realtime', options: { ca } },
    officialClient(emulator, token),
  );
  onTestFinished(() => realtime.socket.terminate());
  return realtime;
}

async function mintOverTls(emulator: RealtimeEmulator, ca: string): Promise<string> {
  const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
  const sent = request(`${emulator.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    ca,
    headers,
    agent: false,
  });
  sent.end('{}');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { value } = JSON.parse(await text(response)) as { value: string };
  return value;
}
