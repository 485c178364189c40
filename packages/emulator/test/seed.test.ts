import { describe, expect, it } from 'vitest';
import { toneSample } from '../src/lib/audio/tone.ts';
import { openCall } from './support/caller.ts';
import { createManualClock, mintToken, requestToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';

const userMessage = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});

const tool = { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } };

function tone(lengthMs: number): string {
  const samples = Array.from({ length: lengthMs * 24 }, (_none, index) => toneSample(index, 24_000));
  return Buffer.from(Int16Array.from(samples).buffer).toString('base64');
}

const silence = (lengthMs: number): string => Buffer.alloc(lengthMs * 48).toString('base64');

/** Mints a token, holds a conversation with text, speech and a function call, and returns every frame the client received. */
async function runConversation(seed: string | number | undefined): Promise<string[]> {
  const { nowMs, advance } = createManualClock();
  const emulator = await startEmulator({ nowMs, ...(seed === undefined ? {} : { seed }) });
  const { body } = await requestToken(emulator, 'client_secrets', {
    body: { session: { type: 'realtime', tools: [tool] } },
  });
  const client = connectWithToken(emulator.webSocketUrl, body.value as string);
  const frames: string[] = [JSON.stringify(body)];
  client.socket.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
  await client.next('session.created');
  for (const text of ['Hello', 'Please use get_time.']) {
    client.send({ type: 'conversation.item.create', item: userMessage(text) });
    client.send({ type: 'response.create' });
    await client.next('response.done');
  }
  client.send({ type: 'input_audio_buffer.append', audio: tone(500) });
  client.send({ type: 'input_audio_buffer.append', audio: silence(500) });
  await client.next('response.done');
  client.send({ type: 'unknown' });
  await client.next('error');
  advance(1_000);
  await emulator.close();
  await client.closed;
  return frames;
}

describe('a seed', () => {
  it.each([7, 'a text'])('makes two runs equal byte for byte when it is %j', async (seed) => {
    const frames = await runConversation(seed);
    expect(frames.length).toBeGreaterThan(30);
    expect(await runConversation(seed)).toEqual(frames);
  });

  it('changes every id when it changes', async () => {
    const ids = (frames: readonly string[]) => frames.join('').match(/\b[a-z]+_[0-9a-f]{32}\b/g) ?? [];
    const first = new Set(ids(await runConversation(1)));
    expect([...new Set(first)].length).toBeGreaterThan(30);
    expect(ids(await runConversation(2)).filter((id) => first.has(id))).toEqual([]);
    expect(ids(await runConversation(undefined)).filter((id) => first.has(id))).toEqual([]);
  });

  it('never repeats an id', async () => {
    const emulator = await startEmulator({ seed: 1 });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => mintToken(emulator)));
    const sessions = await Promise.all(
      tokens.map((token) => connectWithToken(emulator.webSocketUrl, token).next('session.created')),
    );
    const ids = [...tokens, ...sessions.flatMap(({ event_id, session }) => [event_id, session.id as string])];
    expect(new Set(ids).size).toBe(60);
  });

  it('decides request ids and call ids', async () => {
    const run = async () => {
      const emulator = await startEmulator({ seed: 1 });
      const { headers, body } = await requestToken(emulator, 'client_secrets', {
        body: { session: { type: 'realtime' } },
      });
      const { callId, created } = await openCall(emulator, body.value as string);
      return [headers.get('x-request-id'), callId, created.event_id, created['session'].id as string];
    };
    const ids = await run();
    expect(ids).toEqual([
      expect.stringMatching(/^req_[0-9a-f]{32}$/),
      expect.stringMatching(/^rtc_u1_[0-9a-f]{32}$/),
      expect.stringMatching(/^event_[0-9a-f]{32}$/),
      expect.stringMatching(/^sess_[0-9a-f]{32}$/),
    ]);
    expect(await run()).toEqual(ids);
  });

  it.each(['', Number.NaN, 1.5, {}, null])('is rejected when it is %j', async (seed) => {
    await expect(startEmulator({ seed } as object)).rejects.toThrow(/^seed must be/);
  });
});
