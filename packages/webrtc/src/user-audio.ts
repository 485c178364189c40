import { ignoreErrors } from './listeners.ts';
import { isStream, openMicrophone, type Microphone, type TrackChange } from './microphone.ts';
import type { AudioSource, ConnectionContext } from './realtime-connection.ts';
import type { Scope } from './scope.ts';

/** What the user's audio reports to its attempt. */
export interface UserAudioHost {
  /** Whether the user can be heard may have changed. */
  readonly onChange: () => void;
  /** The microphone ended, and there is no other. */
  readonly onFailed: (thrown: unknown) => void;
}

/** Sends the user's voice during one attempt: one microphone at a time, which can be replaced. */
export interface UserAudio {
  /** Opens the microphone unless it is open. */
  readonly open: () => Promise<void>;
  /** Lets a peer send it, until its call is aborted. */
  readonly attachSender: (call: Scope, peer: RTCPeerConnection) => void;
  /** Continues with another source, as `setMicrophone()`. */
  readonly replace: (source: AudioSource) => Promise<void>;
  /** Applies the connection's `isMuted()`. */
  readonly updateMuted: () => void;
  readonly isSending: () => boolean;
  /** Stops the microphone, and drops one that is being opened. */
  readonly release: () => void;
}

export function createUserAudio(
  { options, platform, isMuted }: ConnectionContext,
  { onChange, onFailed }: UserAudioHost,
): UserAudio {
  let microphone: Microphone | undefined;
  let chosen: AudioSource | undefined;
  let sender: RTCRtpSender | undefined;
  let latestRequest: object | undefined;

  /** Opens a microphone, and uses it instead of the previous one unless another request came later. */
  async function use(source: AudioSource): Promise<void> {
    const request = (latestRequest = {});
    const opened = await openMicrophone(source, platform, onTrackChange);
    if (request !== latestRequest) {
      opened.release();
      return;
    }
    microphone?.release();
    microphone = opened;
    updateMuted();
    ignoreErrors(() => opened.stream && options.onMicrophone?.(opened.stream));
  }

  /** Continues with the browser's next microphone if the lost one was not the app's own stream. */
  function onTrackChange(change: TrackChange): void {
    onChange();
    const { source } = microphone ?? {};
    if (change === 'ended' && source && !isStream(source)) use(source).catch(onFailed);
  }

  function updateMuted(): void {
    microphone?.setMuted(isMuted() ? 'muted' : 'unmuted');
    void sendTrack();
    onChange();
  }

  async function sendTrack(): Promise<void> {
    const peerSender = sender;
    const track = microphone?.getTrack() ?? null;
    if (!peerSender || peerSender.track === track) return;
    try {
      await peerSender.replaceTrack(track);
    } catch (thrown) {
      // A closed peer rejects, and nothing is sent. An open one would continue to send what it should not.
      if (sender === peerSender) onFailed(thrown);
    }
  }

  return {
    async open() {
      if (!microphone) await use(chosen ?? options.audio ?? {});
    },
    attachSender(call, peer) {
      // Always ready to send, so that another microphone needs no new offer.
      ({ sender } = peer.addTransceiver(microphone?.getTrack() ?? 'audio', { direction: 'sendrecv' }));
      call.onAbort(() => (sender = undefined));
    },
    async replace(source) {
      await use(source);
      if (microphone?.source === source) chosen = source;
    },
    updateMuted,
    isSending: () => microphone?.isSending() ?? false,
    release() {
      microphone?.release();
      microphone = latestRequest = undefined;
    },
  };
}
