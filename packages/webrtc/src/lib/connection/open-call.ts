import { openAudio, type OpenAudio } from '../audio/open-audio.ts';
import { timeoutError } from '../errors/call-endings.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { answerWithToken } from '../exchange/answer-with-token.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';
import { orEnded } from './or-ended.ts';
import { quietly } from './observable.ts';
import type { RealtimeConnectionOptions, TokenSource } from './realtime-connection.ts';
import { watchCall, type CallListener } from './watch-call.ts';

/** Where the API listens. */
const DEFAULT_URL = 'https://api.openai.com/v1/realtime/calls';
const DEFAULT_TIMEOUT_MS = 30_000;

/** A call that is opening or open. */
export interface Call {
  /** Resolves when events can be sent. */
  readonly opened: Promise<void>;
  /** The channel for events, once there is one. */
  readonly channel: () => RTCDataChannel | undefined;
  /** What is sent of the user. */
  readonly tracks: () => readonly MediaStreamTrack[];
  /** Ends it for a reason, and stops what was opened for it. Idempotent. */
  end(why: ConnectionError): void;
}

/** The browser, and who is told about a call. */
export interface CallContext extends CallListener {
  /** The browser's parts. */
  readonly platform: ConnectionPlatform;
  /** The microphone, or what stands for it, is open. */
  onAudio(tracks: readonly MediaStreamTrack[]): void;
}

/**
 * Opens one call: the microphone first, inside the user's gesture; then the offer; the token last, right before it is used.
 *
 * @param tokens - Where the token comes from.
 * @param options - As the user gave them.
 * @param context - The browser, and who is told.
 */
export function openCall(
  tokens: TokenSource,
  options: RealtimeConnectionOptions,
  context: CallContext,
): Call {
  const { platform } = context;
  const ending = new AbortController();
  const { signal } = ending;
  let tracks: readonly MediaStreamTrack[] = [];
  let channel: RTCDataChannel | undefined;

  /** Whatever is opened is closed with the call; at once, if the call is over already. */
  function atEnd(close: () => void): void {
    if (signal.aborted) close();
    else signal.addEventListener('abort', close);
  }

  async function openVoice(): Promise<OpenAudio> {
    const audio = await openAudio(options.audio ?? 'microphone', platform);
    atEnd(() => audio.release());
    return audio;
  }

  async function open(): Promise<void> {
    const { createPeer } = platform;
    if (!createPeer) {
      throw new ConnectionError('unsupported', 'This browser has no WebRTC. Use a current one.');
    }
    tracks = (await orEnded(openVoice(), signal)).tracks;
    signal.throwIfAborted();
    context.onAudio(tracks);
    const peer = createPeer();
    atEnd(() => peer.close());
    channel = peer.createDataChannel('oai-events');
    const isOpen = watchCall({ peer, channel, signal }, context);
    addVoice(peer, tracks);
    hearVoice(peer, options, platform);
    await inTime(negotiate(peer, isOpen));
  }

  /** A permission prompt may take a minute, so time counts from the open microphone on. */
  async function inTime(work: Promise<void>): Promise<void> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const cancel = platform.setTimer(() => end(timeoutError(timeoutMs)), timeoutMs);
    await work.finally(cancel);
  }

  async function negotiate(peer: RTCPeerConnection, isOpen: Promise<void>): Promise<void> {
    const offer = await orEnded(peer.createOffer(), signal);
    await orEnded(peer.setLocalDescription(offer), signal);
    const request = { url: options.url ?? DEFAULT_URL, sdp: offer.sdp ?? '', signal };
    const sdp = await orEnded(answerWithToken(tokens, request, platform), signal);
    await orEnded(peer.setRemoteDescription({ type: 'answer', sdp }), signal);
    await orEnded(isOpen, signal);
  }

  function end(why: ConnectionError): void {
    ending.abort(why);
  }

  return { opened: open(), channel: () => channel, tracks: () => tracks, end };
}

/** Without a voice to send, the call listens only. */
function addVoice(peer: RTCPeerConnection, tracks: readonly MediaStreamTrack[]): void {
  for (const track of tracks) peer.addTrack(track);
  if (tracks.length === 0) peer.addTransceiver('audio', { direction: 'recvonly' });
}

function hearVoice(
  peer: RTCPeerConnection,
  { onRemoteStream }: RealtimeConnectionOptions,
  { createStream }: ConnectionPlatform,
): void {
  if (!onRemoteStream) return;
  peer.addEventListener('track', ({ track, streams }) =>
    quietly(() => onRemoteStream(streams[0] ?? createStream(track))),
  );
}
