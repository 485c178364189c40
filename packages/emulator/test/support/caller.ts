import { onTestFinished } from 'vitest';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { encodeMuLaw } from '../../src/lib/audio/codec.ts';
import { toneSample } from '../../src/lib/audio/tone.ts';
import type { Heard } from './realtime-client.ts';

/** An offer to make calls with, and what comes of it. */
export interface Caller {
  readonly connection: RTCPeerConnection;
  /** The offer, SDP. */
  readonly offer: string;
  /** Everything heard on the data channel so far. */
  readonly heard: Heard[];
  /** Payloads heard on the media track so far. */
  readonly packets: Buffer[];
  /** Resolves with the next event of that type that nobody has taken yet. */
  readonly next: (type: string) => Promise<Heard>;
  send(event: unknown): void;
  /** Closes the data channel. */
  hangUp(): void;
  /** Sends so many packets of 20 ms at once. */
  speak(kind: 'tone' | 'silence', packets: number): void;
  /** Takes the answer and connects. */
  accept(answer: string): Promise<void>;
}

/** A WebRTC client in this process, on loopback, that hangs up when the test ends. */
export async function dial(): Promise<Caller> {
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
  const events = createInbox();
  channel.onMessage.subscribe((data) => events.put(JSON.parse(String(data)) as Heard));
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
    heard: events.all,
    next: events.next,
    hangUp: () => channel.close(),
    send: (event) => channel.send(JSON.stringify(event)),
    speak(kind, count) {
      for (const end = sent + count; sent < end; sent += 1) {
        const header = new RtpHeader({ payloadType: 0, sequenceNumber: sent, timestamp: sent * 160 });
        track.writeRtp(new RtpPacket(header, packet(kind, sent)));
      }
    },
    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
  };
}

/** Posts an offer. */
export function post(
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
): Promise<Caller & { callId: string; created: Heard }> {
  const caller = await dial();
  const response = await post(emulator, credential, { body: caller.offer });
  await caller.accept(await response.text());
  const callId = /rtc_\w+$/.exec(response.headers.get('location') ?? '')?.[0] ?? '';
  return { ...caller, callId, created: await caller.next('session.created') };
}

function packet(kind: 'tone' | 'silence', number: number): Buffer {
  return Buffer.from(
    Array.from({ length: 160 }, (_none, index) =>
      encodeMuLaw(kind === 'tone' ? toneSample(number * 160 + index, 8_000) : 0),
    ),
  );
}

function createInbox(): { all: Heard[]; put(event: Heard): void; next: (type: string) => Promise<Heard> } {
  const all: Heard[] = [];
  const taken = new Set<Heard>();
  const waiting = new Set<() => void>();
  return {
    all,
    put(event) {
      all.push(event);
      for (const check of [...waiting]) check();
    },
    next: (type) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = all.find((event) => event.type === type && !taken.has(event));
          if (found === undefined) return;
          taken.add(found);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}
