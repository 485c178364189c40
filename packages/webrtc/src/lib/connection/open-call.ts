import { openAudio, type OpenAudio } from '../audio/open-audio.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { exchangeSdp } from '../exchange/exchange-sdp.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';
import type { RealtimeConnectionOptions, TokenSource } from './realtime-connection.ts';

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
  /** Ends it and stops what was opened for it. Idempotent. */
  end(): void;
}

/** Who is told about a call. */
export interface CallListener {
  /** An event of the API, as text. */
  onMessage(text: string): void;
  /** An open call broke down. */
  onLost(): void;
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
  { platform, listener }: { readonly platform: ConnectionPlatform; readonly listener: CallListener },
): Call {
  const ending = new AbortController();
  const { signal } = ending;
  let audio: OpenAudio | undefined;
  let peer: RTCPeerConnection | undefined;
  let channel: RTCDataChannel | undefined;

  function end(): void {
    ending.abort();
    channel?.close();
    peer?.close();
    audio?.release();
  }

  async function open(): Promise<void> {
    const { createPeer } = platform;
    if (!createPeer) {
      throw new ConnectionError('unsupported', 'This browser has no WebRTC. Use a current one.');
    }
    const opened = await openAudio(options.audio ?? 'microphone', platform);
    if (signal.aborted) opened.release();
    stopIfEnded(signal);
    audio = opened;
    // A permission prompt may take a minute, so time counts from here.
    await withTimeout(negotiate(createPeer(), opened), options.timeoutMs ?? DEFAULT_TIMEOUT_MS, platform);
  }

  async function negotiate(fresh: RTCPeerConnection, opened: OpenAudio): Promise<void> {
    peer = fresh;
    channel = peer.createDataChannel('oai-events');
    const isOpen = watch(peer, channel, { signal, listener });
    // Whoever fails first says why; this one must not be heard as unhandled then.
    isOpen.catch(() => undefined);
    addAudio(peer, opened, options);
    const offer = await peer.createOffer();
    stopIfEnded(signal);
    await peer.setLocalDescription(offer);
    stopIfEnded(signal);
    const url = options.url ?? DEFAULT_URL;
    const answer = await answerTo(tokens, { url, sdp: offer.sdp ?? '', signal }, platform);
    stopIfEnded(signal);
    await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    await isOpen;
    stopIfEnded(signal);
  }

  const opened = open();
  return { opened, channel: () => channel, tracks: () => audio?.tracks ?? [], end };
}

/** A refused token is replaced once, and only once, by `withToken`. */
async function answerTo(
  tokens: TokenSource,
  offer: { readonly url: string; readonly sdp: string; readonly signal: AbortSignal },
  platform: ConnectionPlatform,
): Promise<string> {
  try {
    return await tokens.withToken((token) => exchangeSdp(platform, token.value, offer), {
      signal: offer.signal,
    });
  } catch (cause) {
    if (cause instanceof ConnectionError) throw cause;
    throw new ConnectionError('token', 'No token could be had for the call. Its cause says why.', { cause });
  }
}

function addAudio(peer: RTCPeerConnection, audio: OpenAudio, options: RealtimeConnectionOptions): void {
  for (const track of audio.tracks) peer.addTrack(track);
  if (audio.tracks.length === 0) peer.addTransceiver('audio', { direction: 'recvonly' });
  peer.addEventListener('track', ({ track, streams }) =>
    options.onRemoteStream?.(streams[0] ?? new MediaStream([track])),
  );
}

/** Resolves when the channel opens; tells the listener about messages, and about the end of an open call. */
function watch(
  peer: RTCPeerConnection,
  channel: RTCDataChannel,
  { signal, listener }: { readonly signal: AbortSignal; readonly listener: CallListener },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => {
      if (signal.aborted) return;
      reject(new ConnectionError('lost', 'The connection broke down while it opened. Try again.'));
      listener.onLost();
    };
    channel.addEventListener('open', () => resolve());
    channel.addEventListener('message', (event: MessageEvent<unknown>) =>
      listener.onMessage(String(event.data)),
    );
    channel.addEventListener('close', onEnd);
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') onEnd();
    });
    signal.addEventListener('abort', () => reject(closedError()));
  });
}

function stopIfEnded(signal: AbortSignal): void {
  if (signal.aborted) throw closedError();
}

function closedError(): ConnectionError {
  return new ConnectionError('closed', 'The connection was closed while it opened.');
}

function withTimeout(work: Promise<void>, timeoutMs: number, platform: ConnectionPlatform): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = platform.setTimer(
      () =>
        reject(
          new ConnectionError(
            'timeout',
            `The call was not open within ${timeoutMs} ms. Check the network and try again.`,
          ),
        ),
      timeoutMs,
    );
    work.then(resolve, reject).finally(cancel);
  });
}
