import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type * as Werift from 'werift';
import type { AudioChunk } from '../audio/codec.ts';
import { chooseIceAddress, isThisMachine } from './ice-address.ts';
import { invalidOffer, prepareOffer } from './offer.ts';
import { createPacketCodec } from './packet-codec.ts';
import type { PacketCodec } from './packet-codec.ts';

/** The largest message that a client may send, in bytes: as large as an event on a WebSocket. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Waits for the client on one address. */
function configure(address: string): Partial<Werift.PeerConfig> {
  return {
    iceServers: [],
    iceLite: true,
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [address],
    iceInterfaceAddresses: { [isIPv6(address) ? 'udp6' : 'udp4']: address },
    maxMessageSize: MAX_MESSAGE_BYTES,
  };
}

/** How long the message that closes a data channel can take. */
const NOTICE_MS = 50;

/** One RTP packet. */
export interface AudioPacket {
  /** 20 ms of audio, encoded. */
  readonly payload: Buffer;
  readonly sequence: number;
  /** When to play it, in samples. */
  readonly timestamp: number;
  /** Whether it is the first packet after silence. */
  readonly position: 'first' | 'later';
}

/** What the emulator can send on an open connection. */
export interface PeerChannel {
  /** Sends a message of at most `maxMessageBytes`. */
  send(text: string): void;
  /** The largest message that the client accepts. */
  readonly maxMessageBytes: number;
  /** The codec of the media track. */
  readonly codec: PacketCodec;
  sendAudio(packet: AudioPacket): void;
}

export interface PeerHandlers {
  /** The first data channel has opened. */
  onOpen(channel: PeerChannel): void;
  /** A message arrived on that channel; a binary one counts as empty. */
  onMessage(text: string): void;
  /** Audio arrived on the media track. */
  onAudio(chunk: AudioChunk): void;
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
  /** SDP with a single candidate, on an address of this machine: see {@link chooseIceAddress}. */
  readonly answer: string;
  /**
   * Closes the sockets. `silent`: the client notices that packets stop. `close-channel`: closes the data channel first, which
   * the client notices immediately.
   */
  close(notice: 'silent' | 'close-channel'): Promise<void>;
}

/** Loads the WebRTC stack with the first call: it takes half a second, which a process that only mints does not need. */
const loadStack = (): Promise<typeof Werift> => import('werift');

/**
 * Answers an offer with a peer on this machine, without STUN, TURN or name lookups. The peer waits for the client (ICE lite),
 * sends only to addresses that it has received packets from, and only within this machine. Throws {@link HttpError} 400
 * `invalid_offer`.
 */
export async function openPeer({ offer, timeoutMs, handlers }: PeerOptions): Promise<Peer> {
  const prepared = prepareOffer(offer);
  const stack = await loadStack();
  const codec = await createPacketCodec(prepared.codec.name);
  const { payloadType } = prepared.codec;
  const ended = new AbortController();
  const disconnect = (cause: 'closed' | 'lost'): void => {
    if (ended.signal.aborted) return;
    ended.abort();
    handlers.onDisconnect(cause);
  };
  const timer = startLivenessTimer(timeoutMs, ended.signal, () => disconnect('lost'));
  const connection = new stack.RTCPeerConnection({
    ...configure(chooseIceAddress(offer)),
    iceFilterStunResponse(_message, [address]) {
      if (isThisMachine(address)) timer.restart();
      return isThisMachine(address);
    },
    codecs: { audio: [toCodecParameters(stack, codec, payloadType)], video: [] },
  });
  const track = new stack.MediaStreamTrack({ kind: 'audio' });
  const sendAudio = (packet: AudioPacket): void => track.writeRtp(toRtpPacket(stack, packet));
  let opened: Werift.RTCDataChannel | undefined;
  connection.onDataChannel.once((channel) => {
    opened = channel;
    channel.onMessage.subscribe((data) => handlers.onMessage(typeof data === 'string' ? data : ''));
    followState(channel, {
      open: () =>
        handlers.onOpen({
          send: (text) => sendText(channel, text),
          maxMessageBytes: getMaxMessageBytes(connection),
          sendAudio,
          codec,
        }),
      closed: () => disconnect('closed'),
    });
  });
  connection.onTrack.subscribe((remote) =>
    remote.onReceiveRtp.subscribe(({ payload }) => {
      timer.restart();
      const chunk = ended.signal.aborted ? undefined : codec.decode(payload);
      if (chunk !== undefined) handlers.onAudio(chunk);
    }),
  );
  const close = async (notice: 'silent' | 'close-channel'): Promise<void> => {
    ended.abort();
    if (notice === 'close-channel' && opened?.readyState === 'open') {
      opened.close();
      // The message that closes the channel leaves with the next packets.
      await delay(NOTICE_MS, undefined, { ref: false });
    }
    await connection.close();
    codec.free();
  };
  try {
    return { answer: await negotiate(connection, prepared.sdp, track), close };
  } catch {
    await close('silent');
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

function toCodecParameters(
  { RTCRtpCodecParameters }: typeof Werift,
  { mimeType, clockRate, channels }: PacketCodec,
  payloadType: number,
): Werift.RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({ mimeType, clockRate, channels, payloadType });
}

function toRtpPacket(
  { RtpHeader, RtpPacket }: typeof Werift,
  { payload, sequence, timestamp, position }: AudioPacket,
): Werift.RtpPacket {
  const marker = position === 'first';
  // The stack fills in the payload type.
  return new RtpPacket(new RtpHeader({ sequenceNumber: sequence, timestamp, marker }), payload);
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
  for (const transport of connection.dtlsTransports) skipRecordNumbers(transport);
  const { sdp = '' } = connection.localDescription ?? {};
  return sdp;
}

/** More records than a handshake has. */
const SKIPPED_RECORDS = 1_000;

/**
 * The stack numbers the records after its handshake from 1, although the last record of the handshake has a higher number in the same epoch. Browsers drop the record with that number as a replay, and the message in it arrives a second later. Numbers may be left out.
 */
function skipRecordNumbers(transport: Werift.RTCDtlsTransport): void {
  transport.onStateChange.subscribe((state) => {
    if (state === 'connected' && transport.dtls !== undefined)
      transport.dtls.dtls.recordSequenceNumber += SKIPPED_RECORDS;
  });
}

/** The offer names the largest message; zero stands for any size (RFC 8841). */
function getMaxMessageBytes({ sctpTransport }: Werift.RTCPeerConnection): number {
  const bytes = sctpTransport?.remoteMaxMessageSize ?? 0;
  return bytes === 0 ? Number.POSITIVE_INFINITY : bytes;
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
