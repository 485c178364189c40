import { onTestFinished } from 'vitest';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { toneSamples } from '../../src/lib/audio/tone.ts';
import { createPacketCodec } from '../../src/lib/webrtc/packet-codec.ts';
import type { CodecName, PacketCodec } from '../../src/lib/webrtc/packet-codec.ts';
import { createInbox } from './inbox.ts';
import type { ReceivedEvent } from './inbox.ts';

/** A WebRTC client with an offer that has not been sent. */
export interface Caller {
  readonly connection: RTCPeerConnection;
  /** The offer, SDP. */
  readonly offer: string;
  /** Every event received on the data channel so far. */
  readonly received: ReceivedEvent[];
  /** Every payload received on the media track so far. */
  readonly packets: Buffer[];
  /** The first codec of the offer. */
  readonly codec: PacketCodec;
  /** Resolves with the first event of a type that no earlier call has returned. */
  readonly next: (type: string) => Promise<ReceivedEvent>;
  send(event: unknown): void;
  /** State of the data channel, as a page sees it. */
  readonly channelState: () => string;
  /** Closes the data channel. */
  hangUp(): void;
  /** Sends packets of 20 ms without a delay between them. */
  sendAudio(kind: 'tone' | 'silence', packets: number): void;
  /** Sends one packet as it is. */
  sendPacket(payload: Buffer): void;
  /** Applies the answer, which starts the connection. */
  accept(answer: string): Promise<void>;
}

export interface CallerOptions {
  /** The codecs of the offer, in its order. Default: PCMU. */
  readonly codecs?: readonly [CodecName, ...CodecName[]];
  /** The label of the data channel. Default: `oai-events`. */
  readonly label?: string;
  /** The largest message that the caller accepts, in bytes. */
  readonly maxMessageSize?: number;
}

const PAYLOAD_TYPES: Readonly<Record<CodecName, number>> = { pcmu: 0, pcma: 8, opus: 111 };

/** Creates a WebRTC client on loopback that closes when the test finishes. */
export async function createCaller({
  codecs = ['pcmu'],
  label = 'oai-events',
  maxMessageSize = 262_144,
}: CallerOptions = {}): Promise<Caller> {
  const codec = await createPacketCodec(codecs[0]);
  const audio = await Promise.all(codecs.map(toParameters));
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceInterfaceAddresses: { udp4: '127.0.0.1' },
    maxMessageSize,
    codecs: { audio, video: [] },
  });
  onTestFinished(() => connection.close());
  const track = new MediaStreamTrack({ kind: 'audio' });
  connection.addTrack(track);
  const channel = connection.createDataChannel(label);
  const { received, add, next } = createInbox();
  channel.onMessage.subscribe((data) => add(JSON.parse(String(data)) as ReceivedEvent));
  const packets: Buffer[] = [];
  const samples = codec.clockRate / 50;
  connection.onTrack.subscribe((remote) =>
    remote.onReceiveRtp.subscribe(({ payload }) => packets.push(payload)),
  );
  await connection.setLocalDescription(await connection.createOffer());
  let sent = 0;
  const sendPacket = (payload: Buffer): void => {
    const header = new RtpHeader({ sequenceNumber: sent, timestamp: sent * samples });
    track.writeRtp(new RtpPacket(header, payload));
    sent += 1;
  };
  return {
    connection,
    packets,
    codec,
    offer: connection.localDescription?.sdp ?? '',
    received,
    next: (type) => next(type),
    channelState: () => channel.readyState,
    hangUp: () => channel.close(),
    send: (event) => channel.send(JSON.stringify(event)),
    sendAudio(kind, count) {
      for (let packet = 0; packet < count; packet += 1)
        sendPacket(codec.encode(createSamples(kind, sent, codec)));
    },
    sendPacket,
    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
  };
}

export function postOffer(
  emulator: RealtimeEmulator,
  credential: string,
  { body, type = 'application/sdp', query = '' }: { body: BodyInit; type?: string | null; query?: string },
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${credential}`,
    ...(type === null ? {} : { 'content-type': type }),
  };
  return fetch(`${emulator.callsUrl}${query}`, { method: 'POST', headers, body });
}

/** Makes a call and waits for its session. */
export async function openCall(
  emulator: RealtimeEmulator,
  credential: string,
  options: CallerOptions = {},
): Promise<Caller & { callId: string; created: ReceivedEvent }> {
  const caller = await createCaller(options);
  const response = await postOffer(emulator, credential, { body: caller.offer });
  await caller.accept(await response.text());
  const callId = /rtc_\w+$/.exec(response.headers.get('location') ?? '')?.[0] ?? '';
  return { ...caller, callId, created: await caller.next('session.created') };
}

async function toParameters(name: CodecName): Promise<RTCRtpCodecParameters> {
  const { mimeType, clockRate, channels } = await createPacketCodec(name);
  return new RTCRtpCodecParameters({ mimeType, clockRate, channels, payloadType: PAYLOAD_TYPES[name] });
}

function createSamples(kind: 'tone' | 'silence', packet: number, { clockRate }: PacketCodec): Int16Array {
  const count = clockRate / 50;
  return kind === 'tone' ? toneSamples(packet * count, count, clockRate) : new Int16Array(count);
}
