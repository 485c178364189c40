import {
  OpenAIRealtimeWebRTC,
  OpenAIRealtimeWebSocket,
  RealtimeAgent,
  RealtimeSession,
} from '@openai/agents-realtime';
import { createTokenManager, endpoint, type TokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createRealtimeEmulator, type RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import wrtc from '@roamhq/wrtc';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveMintRoute } from '../support/mint-route.ts';
import { createCertificate, createTrustingFetch } from '../support/tls.ts';

async function startEmulator(options: RealtimeEmulatorOptions = {}) {
  const emulator = await createRealtimeEmulator({ responsePaceMs: 0, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

function createTokens(mintRoute: string): TokenManager {
  const tokens = createTokenManager({ fetchToken: endpoint(mintRoute) });
  onTestFinished(() => tokens.dispose());
  return tokens;
}

const session = {
  type: 'realtime',
  model: 'gpt-realtime-2.1',
  instructions: 'You are a friendly assistant.',
} as const;

describe('unmodified official clients with tokens of a mint route', () => {
  it('openai opens a session over wss and receives a text response', async () => {
    const tls = await createCertificate();
    const emulator = await startEmulator({ tls });
    const mintRoute = await serveMintRoute({
      apiKey: emulator.apiKey,
      upstream: compatible({ baseUrl: emulator.url }),
      fetch: createTrustingFetch(tls.cert),
      session,
    });
    const tokens = createTokens(mintRoute);

    const client = new OpenAI({ apiKey: tokens.toApiKey(), baseURL: `${emulator.url}/v1` });
    const realtime = await OpenAIRealtimeWS.create(client, {
      model: 'gpt-realtime-2.1',
      options: { ca: tls.cert },
    });
    onTestFinished(() => realtime.close());
    const failed = new Promise<never>((_, reject) => {
      realtime.on('error', reject);
    });
    const created = new Promise<unknown>((resolve) => realtime.on('session.created', resolve));
    const response = new Promise<string>((resolve) =>
      realtime.on('response.output_text.done', ({ text }) => resolve(text)),
    );

    expect(await Promise.race([created, failed])).toMatchObject({ session: { type: 'realtime' } });
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'good morning' }] },
    });
    realtime.send({ type: 'response.create', response: { output_modalities: ['text'] } });

    expect(await Promise.race([response, failed])).toContain('good morning');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });
  });

  it('@openai/agents-realtime opens a session over WebSocket and receives a text response', async () => {
    const emulator = await startEmulator();
    const upstream = compatible({ baseUrl: emulator.url });
    const tokens = createTokens(await serveMintRoute({ apiKey: emulator.apiKey, upstream, session }));

    const transport = new OpenAIRealtimeWebSocket({ url: `${emulator.webSocketUrl}?model=gpt-realtime-2.1` });
    const agent = new RealtimeAgent({ name: 'Greeter', instructions: 'You are a friendly assistant.' });
    const realtime = new RealtimeSession(agent, {
      transport,
      model: 'gpt-realtime-2.1',
      config: { outputModalities: ['text'] },
    });
    onTestFinished(() => realtime.close());
    const failed = new Promise<never>((_, reject) => {
      realtime.on('error', ({ error }) =>
        reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
      );
    });
    const response = new Promise<string>((resolve) =>
      realtime.on('agent_end', (_context, _agent, output) => resolve(output)),
    );

    await Promise.race([realtime.connect({ apiKey: tokens.toApiKey() }), failed]);
    realtime.sendMessage('good morning');

    expect(await Promise.race([response, failed])).toContain('good morning');
    expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });
  });

  it('@openai/agents-realtime is interrupted by speech without cancelling what is not running', async () => {
    const emulator = await startEmulator({ responsePaceMs: 20 });
    const upstream = compatible({ baseUrl: emulator.url });
    const tokens = createTokens(await serveMintRoute({ apiKey: emulator.apiKey, upstream, session }));
    const transport = new OpenAIRealtimeWebSocket({ url: `${emulator.webSocketUrl}?model=gpt-realtime-2.1` });
    const realtime = new RealtimeSession(new RealtimeAgent({ name: 'Greeter' }), {
      transport,
      model: 'gpt-realtime-2.1',
      // Without the other members of turn detection, which the session keeps.
      config: { audio: { input: { turnDetection: { type: 'server_vad', threshold: 0.4 } } } },
    });
    onTestFinished(() => realtime.close());
    const events: { type: string }[] = [];
    const waitFor = (type: string) => expect.poll(() => events.map((event) => event.type)).toContain(type);
    transport.on('*', (event: { type: string }) => events.push(event));

    await realtime.connect({ apiKey: tokens.toApiKey() });
    realtime.sendMessage('a '.repeat(100));
    await waitFor('response.output_audio.delta');
    realtime.sendAudio(tone(500));
    await waitFor('conversation.item.truncated');
    await waitFor('response.done');

    expect(events.filter(({ type }) => type === 'error')).toEqual([]);
    expect(events.find(({ type }) => type === 'response.done')).toMatchObject({
      response: { status: 'cancelled', status_details: { reason: 'turn_detected' } },
    });
  });

  it('@openai/agents-realtime opens a session over WebRTC, and a second one after its token expired', async () => {
    const emulator = await startEmulator();
    const upstream = compatible({ baseUrl: emulator.url });
    const mintRoute = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session, ttlSeconds: 60 });
    const environment = createManualEnvironment();
    const tokens = createTokenManager({ fetchToken: endpoint(mintRoute), environment });
    onTestFinished(() => tokens.dispose());
    // Node has no WebRTC. The client uses the global.
    vi.stubGlobal('RTCPeerConnection', wrtc.RTCPeerConnection);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });

    expect(await callOverWebRtc(emulator.callsUrl, tokens, 'good morning')).toContain('good morning');
    await environment.clock.advance(60_000);
    emulator.advance(60_000);
    expect(await callOverWebRtc(emulator.callsUrl, tokens, 'good evening')).toContain('good evening');
    expect(emulator.stats()).toMatchObject({ mints: 2, calls: 2, sessions: 2 });
    await expect
      .poll(() => emulator.stats(), { timeout: 10_000 })
      .toMatchObject({ openSessions: 0, peers: 0 });
  });
});

/** A loud square wave of 200 Hz: 16-bit PCM at 24 kHz. */
function tone(lengthMs: number): ArrayBuffer {
  return Int16Array.from({ length: lengthMs * 24 }, (_none, index) => (index % 120 < 60 ? 8_000 : -8_000))
    .buffer;
}

/** Makes one call with a silent microphone and resolves to the text of the response. */
async function callOverWebRtc(baseUrl: string, tokens: TokenManager, text: string): Promise<string> {
  const microphone = new wrtc.nonstandard.RTCAudioSource().createTrack();
  const transport = new OpenAIRealtimeWebRTC({
    baseUrl,
    mediaStream: new wrtc.MediaStream([microphone]),
    audioElement: {} as HTMLAudioElement, // the client only assigns a stream
  });
  const agent = new RealtimeAgent({ name: 'Greeter', instructions: 'You are a friendly assistant.' });
  const realtime = new RealtimeSession(agent, { transport, config: { outputModalities: ['text'] } });
  const response = new Promise<string>((resolve, reject) => {
    realtime.on('error', ({ error }) => reject(new Error(JSON.stringify(error))));
    realtime.on('agent_end', (_context, _agent, output) => resolve(output));
  });
  try {
    await realtime.connect({ apiKey: tokens.toApiKey() });
    realtime.sendMessage(text);
    return await response;
  } finally {
    realtime.close();
    microphone.stop();
  }
}
