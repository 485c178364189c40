import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { mintToken, startEmulator } from './support/harness.ts';

const program = fileURLToPath(new URL('programs/official-realtime.mjs', import.meta.url));

const officialClient = (emulator: RealtimeEmulator, apiKey = emulator.apiKey): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${emulator.url}/v1`, maxRetries: 0 });

describe('the official client', () => {
  it('mints with client_secrets', async () => {
    const emulator = await startEmulator();
    const secret = await officialClient(emulator).realtime.clientSecrets.create({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: { type: 'realtime', model: 'gpt-realtime-2.1' },
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
    const emulator = await startEmulator();
    const realtime = openSession(emulator, await mintToken(emulator));
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
    const emulator = await startEmulator();
    const realtime = openSession(emulator, 'ek_expired');
    const error = new Promise((resolve) => realtime.on('error', resolve));
    const [code] = (await once(realtime.socket, 'close')) as [number];
    expect(code).toBe(3000);
    expect(await error).toMatchObject({ error: { code: 'invalid_api_key' } });
  });
});

describe('the official client in another process, with the environment of the emulator', () => {
  it.each(['ws', 'websocket'])('mints, and converses over wss with openai/realtime/%s', async (kind) => {
    const emulator = await startEmulator();
    // Node 20 has a global WebSocket with this flag, newer versions always.
    const args = ['--experimental-websocket', program, kind];
    const env = { ...process.env, ...emulatorEnvironment(emulator) };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(JSON.parse(stdout)).toEqual({ token: 'ek_', address: 'wss:', text: 'You said: Hello' });
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1 });
  });
});

function openSession(emulator: RealtimeEmulator, token: string): OpenAIRealtimeWS {
  const realtime = new OpenAIRealtimeWS(
    { model: 'gpt-realtime-2.1', options: { ca: emulator.certificate } },
    officialClient(emulator, token),
  );
  onTestFinished(() => realtime.socket.terminate());
  return realtime;
}
