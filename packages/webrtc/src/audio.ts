import { ConnectionError } from './connection-error.ts';
import type { PlaybackElement } from './platform.ts';
import type { ConnectionContext } from './realtime-connection.ts';
import type { Scope } from './scope.ts';

/**
 * Opens the user's audio until the scope is aborted. Then tracks opened here are stopped, and tracks of the app's own
 * stream are enabled as they were before.
 *
 * @param onEnded - Called when a track opened here ends, because the microphone was unplugged or its permission revoked.
 * @returns the stream; `undefined` for `audio: 'none'`.
 * @throws ConnectionError `insecure-context`, `mic-denied` or `mic-missing`.
 */
export async function openMicrophone(
  scope: Scope,
  { options, platform }: ConnectionContext,
  onEnded: () => void,
): Promise<MediaStream | undefined> {
  const { audio = {} } = options;
  if (audio === 'none') return undefined;
  if ('getAudioTracks' in audio) {
    for (const track of audio.getAudioTracks()) {
      const { enabled } = track;
      scope.onAbort(() => (track.enabled = enabled));
    }
    return audio;
  }
  const stream = await platform.getUserMedia({ audio })?.catch(throwMicrophoneError);
  if (!stream) throw new ConnectionError('insecure-context');
  for (const track of stream.getAudioTracks()) {
    track.onended = onEnded;
    scope.onAbort(() => track.stop());
  }
  return stream;
}

function throwMicrophoneError(cause: unknown): never {
  const isDenied = /NotAllowed|Security/.test((cause as Error).name); // browsers reject with DOMExceptions
  throw new ConnectionError(isDenied ? 'mic-denied' : 'mic-missing', { cause });
}

/** Plays the model's voice during one attempt. */
export interface Playback {
  readonly isBlocked: () => boolean;
  /** Plays what a peer receives, until its call is aborted. */
  readonly attachPlayback: (call: Scope, peer: RTCPeerConnection) => void;
  /** Starts playing, or tries again after the browser blocked it. */
  readonly play: () => void;
}

/** Browsers block audio without a user gesture, unless the page is recording. `onChange` reports when that changes. */
export function createPlayback({ options, platform }: ConnectionContext, onChange: () => void): Playback {
  // Kept from call to call, because browsers allow playback for each element separately.
  let element: PlaybackElement | undefined;
  let isBlocked = false;

  function play(): void {
    void element
      ?.play()
      .then(
        () => false,
        (error: unknown) => (error as Error).name === 'NotAllowedError', // media elements reject with DOMExceptions
      )
      .then((isBlockedNow) => {
        if (isBlockedNow === isBlocked) return;
        isBlocked = isBlockedNow;
        onChange();
      });
  }

  return {
    isBlocked: () => isBlocked,
    attachPlayback(call, peer) {
      peer.ontrack = ({ track }) => {
        const stream = platform.createStream(track);
        const { playback } = options;
        if (playback !== 'none') {
          const target = (element ??= playback ?? platform.createAudio());
          target.srcObject = stream;
          call.onAbort(() => (target.srcObject = null));
          play();
        }
        options.onRemoteStream?.(stream);
      };
    },
    play,
  };
}
