import { onTestFinished } from 'vitest';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { encodeMuLaw } from '../../src/lib/audio/codec.ts';
import { toneSample } from '../../src/lib/audio/tone.ts';
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
  /** Resolves with the first event of a type that no earlier call has returned. */
  readonly next: (type: string) => Promise<ReceivedEvent>;
  send(event: unknown): void;
  /** Closes the data channel. */
  hangUp(): void;
  /** Sends packets of 20 ms without a delay between them. */
  sendAudio(kind: 'tone' | 'silence', packets: number): void;
  /** Applies the answer, which starts the connection. */
  accept(answer: string): Promise<void>;
}

/** Creates a WebRTC client on loopback that closes when the test finishes. */
export async function createCaller(): Promise<Caller> {
  const codec = { mimeType: 'audio/PCMU', clockRate: 8_000, channels: 1, payloadType: 0 };
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceInterfaceAddresses: { udp4: '127.0.0.1' },
    codecs: { audio: [new RTCRtpCodecParameters(codec)], video: [] },
  });
  onTestFinished(() => connection.close());
  const track = new MediaStreamTrack({ kind: 'audio' });
  connection.addTrack(track);
  const channel = connection.createDataChannel('oai-events');
  const { received, add, next } = createInbox();
  channel.onMessage.subscribe((data) => add(JSON.parse(String(data)) as ReceivedEvent));
  const packets: Buffer[] = [];
  connection.onTrack.subscribe((remote) =>
    remote.onReceiveRtp.subscribe(({ payload }) => packets.push(payload)),
  );
  await connection.setLocalDescription(await connection.createOffer());
  let sent = 0;
  return {
    connection,
    packets,
    offer: connection.localDescription?.sdp ?? '',
    received,
    next: (type) => next(type),
    hangUp: () => channel.close(),
    send: (event) => channel.send(JSON.stringify(event)),
    sendAudio(kind, count) {
      for (const end = sent + count; sent < end; sent += 1) {
        const header = new RtpHeader({ payloadType: 0, sequenceNumber: sent, timestamp: sent * 160 });
        track.writeRtp(new RtpPacket(header, createPayload(kind, sent)));
      }
    },
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
): Promise<Caller & { callId: string; created: ReceivedEvent }> {
  const caller = await createCaller();
  const response = await postOffer(emulator, credential, { body: caller.offer });
  await caller.accept(await response.text());
  const callId = /rtc_\w+$/.exec(response.headers.get('location') ?? '')?.[0] ?? '';
  return { ...caller, callId, created: await caller.next('session.created') };
}

function createPayload(kind: 'tone' | 'silence', packet: number): Buffer {
  return Buffer.from(
    Array.from({ length: 160 }, (_none, index) =>
      encodeMuLaw(kind === 'tone' ? toneSample(packet * 160 + index, 8_000) : 0),
    ),
  );
}
