import type * as Werift from 'werift';
import { G711_RATE } from '../audio/codec.ts';
import { invalidOffer, prepareOffer } from './offer.ts';

const LOOPBACK = '127.0.0.1';

/** One RTP packet. */
export interface AudioPacket {
  /** 20 ms of G.711 μ-law: 160 bytes. */
  readonly payload: Buffer;
  readonly sequence: number;
  /** When to play it, in samples. */
  readonly timestamp: number;
  /** Whether it is the first packet after silence. */
  readonly position: 'first' | 'later';
}

/** What the emulator can send on an open connection. */
export interface PeerChannel {
  send(text: string): void;
  sendAudio(packet: AudioPacket): void;
}

export interface PeerHandlers {
  /** The first data channel has opened. */
  onOpen(channel: PeerChannel): void;
  /** A message arrived on that channel; a binary one counts as empty. */
  onMessage(text: string): void;
  /** A packet of G.711 μ-law arrived on the media track. */
  onAudio(payload: Buffer): void;
  /** The client closed the channel, or sent nothing for too long. Called once, and never after `close`. */
  onDisconnect(cause: 'closed' | 'lost'): void;
}

export interface PeerOptions {
  /** The client's offer, SDP. */
  readonly offer: string;
  /** Time without packets after which the client counts as lost, in milliseconds. */
  readonly timeoutMs: number;
  readonly handlers: PeerHandlers;
}

export interface Peer {
  /** SDP with a single candidate, on 127.0.0.1. */
  readonly answer: string;
  /** Closes the sockets. The client notices that packets stop. */
  close(): Promise<void>;
}

/** Loads the WebRTC stack with the first call: it takes half a second, which a process that only mints does not need. */
const loadStack = (): Promise<typeof Werift> => import('werift');

/**
 * Answers an offer with a peer on 127.0.0.1, without STUN, TURN or name lookups. The peer waits for the client (ICE lite) and
 * sends only to addresses that it has received packets from. Throws {@link HttpError} 400 `invalid_offer`.
 */
export async function openPeer({ offer, timeoutMs, handlers }: PeerOptions): Promise<Peer> {
  const preparedOffer = prepareOffer(offer);
  const stack = await loadStack();
  const ended = new AbortController();
  const disconnect = (cause: 'closed' | 'lost'): void => {
    if (ended.signal.aborted) return;
    ended.abort();
    handlers.onDisconnect(cause);
  };
  const timer = startLivenessTimer(timeoutMs, ended.signal, () => disconnect('lost'));
  const connection = new stack.RTCPeerConnection({
    iceServers: [],
    iceLite: true,
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [LOOPBACK],
    iceInterfaceAddresses: { udp4: LOOPBACK },
    iceFilterStunResponse: () => {
      timer.restart();
      return true;
    },
    codecs: { audio: [pcmu(stack)], video: [] },
  });
  const track = new stack.MediaStreamTrack({ kind: 'audio' });
  const sendAudio = (packet: AudioPacket): void => track.writeRtp(toRtpPacket(stack, packet));
  connection.onDataChannel.once((channel) => {
    channel.onMessage.subscribe((data) => handlers.onMessage(typeof data === 'string' ? data : ''));
    followState(channel, {
      open: () => handlers.onOpen({ send: (text) => sendText(channel, text), sendAudio }),
      closed: () => disconnect('closed'),
    });
  });
  connection.onTrack.subscribe((remote) =>
    remote.onReceiveRtp.subscribe(({ payload }) => {
      timer.restart();
      handlers.onAudio(payload);
    }),
  );
  const close = async (): Promise<void> => {
    ended.abort();
    await connection.close();
  };
  try {
    return { answer: await negotiate(connection, preparedOffer, track), close };
  } catch {
    await close();
    throw invalidOffer('Invalid SDP offer. Please try again with a WHIP-compliant offer.');
  }
}

/** Calls `onTimeout` when the timer has not been restarted for `timeoutMs`, until the signal is aborted. */
function startLivenessTimer(
  timeoutMs: number,
  signal: AbortSignal,
  onTimeout: () => void,
): { readonly restart: () => void } {
  let startedMs = performance.now();
  const interval = setInterval(() => {
    if (performance.now() - startedMs >= timeoutMs) onTimeout();
  }, timeoutMs / 3);
  interval.unref();
  signal.addEventListener('abort', () => clearInterval(interval));
  return {
    restart() {
      startedMs = performance.now();
    },
  };
}

function pcmu({ RTCRtpCodecParameters }: typeof Werift): Werift.RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: 'audio/PCMU',
    clockRate: G711_RATE,
    channels: 1,
    payloadType: 0,
  });
}

function toRtpPacket(
  { RtpHeader, RtpPacket }: typeof Werift,
  { payload, sequence, timestamp, position }: AudioPacket,
): Werift.RtpPacket {
  const marker = position === 'first';
  return new RtpPacket(
    new RtpHeader({ payloadType: 0, sequenceNumber: sequence, timestamp, marker }),
    payload,
  );
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

function sendText(channel: Werift.RTCDataChannel, text: string): void {
  if (channel.readyState === 'open') channel.send(text);
}

function followState(
  channel: Werift.RTCDataChannel,
  listeners: { readonly open: () => void; readonly closed: () => void },
): void {
  const onState = (state: Werift.RTCDataChannel['readyState']): void => {
    if (state === 'open') listeners.open();
    if (state === 'closed') listeners.closed();
  };
  onState(channel.readyState);
  channel.stateChanged.subscribe(onState);
}
