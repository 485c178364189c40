import type { RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import { toneSample } from '../../src/lib/audio/tone.ts';
import { mintToken, startEmulator } from './harness.ts';
import { connectWithToken } from './realtime-client.ts';
import type { RealtimeClient } from './realtime-client.ts';

/** A client in an open session. */
export interface SessionClient extends RealtimeClient {
  readonly emulator: RealtimeEmulator;
  /** Appends PCM audio to the input audio buffer. */
  readonly speak: (kind: 'tone' | 'silence', lengthMs: number) => void;
}

/** Opens a session on a WebSocket. The list of received events starts after `session.created`. */
export async function openSession(
  session: object = {},
  options: RealtimeEmulatorOptions = {},
): Promise<SessionClient> {
  const emulator = await startEmulator({ responsePaceMs: 0, ...options });
  const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator, session));
  await client.next('session.created');
  client.received.length = 0;
  return {
    ...client,
    emulator,
    speak: (kind, lengthMs) => client.send({ type: 'input_audio_buffer.append', audio: pcm(kind, lengthMs) }),
  };
}

/** Audio in base64: a loud tone or silence, 24 kHz PCM. */
export function pcm(kind: 'tone' | 'silence', lengthMs: number): string {
  const samples = Int16Array.from({ length: lengthMs * 24 }, (_none, index) =>
    kind === 'tone' ? toneSample(index, 24_000) : 0,
  );
  return Buffer.from(samples.buffer).toString('base64');
}

export const userMessage = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});

/** Types of the received events in order, without consecutive duplicates. */
export const typesOf = (client: RealtimeClient) =>
  client.received.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
