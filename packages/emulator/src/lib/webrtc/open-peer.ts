import type * as Werift from 'werift';
import type { Peer, PeerEvents } from './peer.ts';
import { invalidOffer, prepareOffer } from './prepare-offer.ts';
import { createWatch } from './watch.ts';

const LOOPBACK = '127.0.0.1';

/** How a peer is opened. */
export interface PeerStart {
  /** The caller's offer, SDP. */
  readonly offer: string;
  /** Silence after which the caller is gone, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears what happens. */
  readonly events: PeerEvents;
}

/** Loaded with the first call: half a second that those who mint only need not wait. */
const loadStack = (): Promise<typeof Werift> => import('werift');

/**
 * Answers an offer with a peer on 127.0.0.1: no STUN, no TURN, no lookups. It waits for the caller (ICE lite) and sends nothing
 * to anyone who has not sent first.
 *
 * @param start - Offer and listener.
 * @throws {@link ApiFailure} 400 `invalid_offer` when there is no answer to the offer.
 */
export async function openPeer({ offer, timeoutMs, events }: PeerStart): Promise<Peer> {
  const prepared = prepareOffer(offer);
  const stack = await loadStack();
  const watch = createWatch(timeoutMs, () => leave('lost'));
  const connection = new stack.RTCPeerConnection({
    iceServers: [],
    iceLite: true,
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [LOOPBACK],
    iceInterfaceAddresses: { udp4: LOOPBACK },
    iceFilterStunResponse: () => watch.seen(),
    codecs: { audio: [pcmu(stack)], video: [] },
  });
  const leave = (how: 'closed' | 'lost'): void => {
    if (watch.stop() === 'was-watching') events.gone(how);
  };
  connection.onDataChannel.once((channel) => carry(channel, events, leave));
  connection.onTrack.subscribe((track) =>
    track.onReceiveRtp.subscribe(({ payload }) => {
      watch.seen();
      events.heard(payload);
    }),
  );
  const track = new stack.MediaStreamTrack({ kind: 'audio' });
  try {
    const answer = await negotiate(connection, prepared, track);
    return {
      answer,
      play({ payload, sequence, timestamp, place }) {
        const header = { payloadType: 0, sequenceNumber: sequence, timestamp, marker: place === 'first' };
        track.writeRtp(new stack.RtpPacket(new stack.RtpHeader(header), payload));
      },
      async close() {
        watch.stop();
        await connection.close();
      },
    };
  } catch {
    watch.stop();
    await connection.close();
    throw invalidOffer('Invalid SDP offer. Please try again with a WHIP-compliant offer.');
  }
}

function pcmu({ RTCRtpCodecParameters }: typeof Werift): Werift.RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: 'audio/PCMU',
    clockRate: 8_000,
    channels: 1,
    payloadType: 0,
  });
}

async function negotiate(
  connection: Werift.RTCPeerConnection,
  offer: string,
  track: Werift.MediaStreamTrack,
): Promise<string> {
  await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.kind !== 'audio') continue;
    await transceiver.sender.replaceTrack(track);
    transceiver.setDirection('sendrecv');
  }
  await connection.setLocalDescription(await connection.createAnswer());
  const { sdp = '' } = connection.localDescription ?? {};
  return sdp;
}

function carry(channel: Werift.RTCDataChannel, events: PeerEvents, leave: (how: 'closed') => void): void {
  channel.onMessage.subscribe((data) => events.received(typeof data === 'string' ? data : ''));
  const follow = (state: Werift.RTCDataChannel['readyState']): void => {
    if (state === 'open')
      events.opened((text) => {
        if (channel.readyState === 'open') channel.send(text);
      });
    if (state === 'closed') leave('closed');
  };
  follow(channel.readyState);
  channel.stateChanged.subscribe(follow);
}
