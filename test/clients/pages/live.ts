import { OpenAILiveWebRTC } from 'openai/live/webrtc';
import type { ServerEvent } from 'openai/resources/live/live';
import { createInbox, createMicrophone, expectText } from './conversation.ts';

/** `openai/live/webrtc`. The server creates the session with `live.create`. */
export async function talkWithLive(
  exchangeSdp: (offer: string) => Promise<string>,
): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<ServerEvent>();
  const microphone = createMicrophone();
  const live = new OpenAILiveWebRTC();
  for (const track of microphone.stream.getTracks()) live.peerConnection.addTrack(track, microphone.stream);
  live.onEvent(add);
  live.on('error', fail);
  const until = (type: ServerEvent['type']): Promise<ServerEvent> => next((event) => event.type === type);
  await live.connect({ exchangeSdp: (offer) => exchangeSdp(offer) });
  expectText(JSON.stringify(await until('session.started')), 'gpt-live-1');
  microphone.speak();
  await until('session.input_transcript.delta');
  await until('session.output_transcript.delta');
  await waitForSound(live.peerConnection);
  live.send({ type: 'session.input_audio.mute' });
  await until('session.input_audio.muted');
  live.send({ type: 'session.close' });
  expectText(JSON.stringify(await until('session.closed')), 'close_requested');
  live.close();
  return ['audio in', 'transcripts', 'audio out', 'mute', 'close'];
}

/** Resolves when the page has received some packets of audio. The emulator sends none while the model is silent. */
async function waitForSound(connection: RTCPeerConnection): Promise<void> {
  for (;;) {
    const reports = [...(await connection.getStats()).values()] as {
      type: string;
      packetsReceived?: number;
    }[];
    if (reports.some(({ type, packetsReceived = 0 }) => type === 'inbound-rtp' && packetsReceived > 10))
      return;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
