import { createInbox, createMicrophone } from './conversation.ts';

/** What a page heard in a call. */
export interface HeardAudio {
  /** The codecs of the answer, such as `audio/opus`. */
  readonly codecs: readonly string[];
  /** `totalAudioEnergy` of the WebRTC statistics. */
  readonly energy: number;
}

/** Speaks and listens in a call that offers Opus alone. */
export async function callWithOpus(token: string): Promise<HeardAudio> {
  const { add, next } = createInbox<string>();
  const microphone = createMicrophone();
  const peer = new RTCPeerConnection();
  const [track] = microphone.stream.getTracks();
  if (track === undefined) throw new Error('The microphone has no track.');
  const transceiver = peer.addTransceiver(track);
  const offered = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
  transceiver.setCodecPreferences(offered.filter(({ mimeType }) => mimeType === 'audio/opus'));
  peer.addEventListener('track', (event) => {
    const player = new Audio();
    player.srcObject = new MediaStream([event.track]);
    void player.play();
  });
  const channel = peer.createDataChannel('oai-events');
  channel.addEventListener('message', ({ data }: MessageEvent<string>) =>
    add((JSON.parse(data) as { type: string }).type),
  );
  await peer.setLocalDescription(await peer.createOffer());
  const response = await fetch('https://api.openai.com/v1/realtime/calls', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
    body: peer.localDescription?.sdp ?? '',
  });
  if (response.headers.get('location')?.includes('rtc_') !== true)
    throw new Error('The page cannot read the id of the call.');
  await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  await next((type) => type === 'session.created');
  microphone.speak();
  await next((type) => type === 'input_audio_buffer.speech_stopped');
  await next((type) => type === 'output_audio_buffer.stopped');
  let energy = 0;
  for (const report of (await peer.getStats()).values() as Iterable<RTCInboundRtpStreamStats>)
    if (report.type === 'inbound-rtp') energy = report.totalAudioEnergy ?? 0;
  const codecs = transceiver.receiver.getParameters().codecs.map(({ mimeType }) => mimeType);
  peer.close();
  return { codecs, energy };
}
