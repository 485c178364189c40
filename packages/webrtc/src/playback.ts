import { ignoreErrors } from './listeners.ts';
import type { PlaybackElement } from './platform.ts';
import type { ConnectionContext } from './realtime-connection.ts';
import type { Scope } from './scope.ts';

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
  let ownElement: PlaybackElement | undefined;
  let element: PlaybackElement | undefined;
  let isBlocked = false;

  async function play(): Promise<void> {
    let isBlockedNow = false;
    try {
      await element?.play();
    } catch (error) {
      isBlockedNow = (error as Error).name === 'NotAllowedError'; // media elements reject with DOMExceptions
    }
    if (isBlockedNow === isBlocked) return;
    isBlocked = isBlockedNow;
    onChange();
  }

  function attachStream(call: Scope, stream: MediaStream): void {
    const { playback = (ownElement ??= platform.createAudio()) } = options;
    if (playback === 'none') return;
    element = playback;
    playback.srcObject = stream;
    call.onAbort(() => (playback.srcObject = null));
    void play();
  }

  return {
    isBlocked: () => isBlocked,
    attachPlayback(call, peer) {
      peer.ontrack = ({ track }) => {
        const stream = platform.createStream(track);
        attachStream(call, stream);
        ignoreErrors(() => options.onRemoteStream?.(stream));
      };
    },
    play: () => void play(),
  };
}
