import { ConnectionError } from './connection-error.ts';
import { invalidOption } from './options.ts';
import type { ConnectionPlatform } from './platform.ts';
import type { AudioSource } from './realtime-connection.ts';

const trackEvents = ['ended', 'mute', 'unmute'] as const;

/** What a track reported: its end, or that the system muted or unmuted it. */
export type TrackChange = (typeof trackEvents)[number];

/** An open source of the user's voice. */
export interface Microphone {
  readonly source: AudioSource;
  readonly stream: MediaStream | undefined;
  /** What a peer sends now; `null` for nothing. */
  readonly getTrack: () => MediaStreamTrack | null;
  /** Whether the user's voice leaves the page. */
  readonly isSending: () => boolean;
  readonly setMuted: (next: 'muted' | 'unmuted') => void;
  /** Stops the tracks opened here. The app's own stream is as it came. */
  readonly release: () => void;
}

/** The source of a call that only listens. */
const noMicrophone: Microphone = {
  source: 'none',
  stream: undefined,
  getTrack: () => null,
  isSending: () => false,
  setMuted: () => undefined,
  release: () => undefined,
};

/**
 * Opens the user's audio.
 *
 * @param onChange - Called when the track in use ends, because the microphone was unplugged or its permission revoked, and
 * when the system mutes or unmutes it.
 * @throws ConnectionError `insecure-context`, `mic-denied`, `mic-missing` or `invalid-options`.
 */
export async function openMicrophone(
  source: AudioSource,
  platform: ConnectionPlatform,
  onChange: (change: TrackChange) => void,
): Promise<Microphone> {
  if (source === 'none') return noMicrophone;
  if (typeof source !== 'object') throw invalidOption("audio must be constraints, a MediaStream or 'none'.");
  const isOwn = !isStream(source);
  const stream = isOwn ? await requestStream(source, platform) : source;
  const stopOwn = (): void => {
    if (isOwn) for (const each of stream.getTracks()) each.stop();
  };
  const track = stream.getAudioTracks().find(({ readyState }) => readyState !== 'ended');
  if (!track) {
    stopOwn();
    throw isOwn
      ? new ConnectionError('mic-missing')
      : invalidOption('audio needs a live audio track. The stream has none, or it has ended.');
  }

  let isMuted = false;
  /** Is sent instead of the app's track while muted, because that must stay as it is. */
  let silence: MediaStreamTrack | undefined;
  const listener = ({ type }: Event): void => onChange(type as TrackChange); // registered for these types only
  for (const type of trackEvents) track.addEventListener(type, listener);

  return {
    source,
    stream,
    getTrack: () => (isMuted && !isOwn ? (silence ?? null) : track),
    isSending: () => !isMuted && track.readyState !== 'ended' && !track.muted,
    setMuted(next) {
      isMuted = next === 'muted';
      if (isOwn) track.enabled = !isMuted;
      else {
        silence?.stop();
        silence = isMuted ? createSilence(track) : undefined;
      }
    },
    release() {
      for (const type of trackEvents) track.removeEventListener(type, listener);
      silence?.stop();
      stopOwn();
    },
  };
}

export function isStream(source: AudioSource): source is MediaStream {
  return typeof source === 'object' && 'getAudioTracks' in source;
}

async function requestStream(
  audio: MediaTrackConstraints,
  platform: ConnectionPlatform,
): Promise<MediaStream> {
  let stream: MediaStream | undefined;
  try {
    stream = await platform.getUserMedia({ audio });
  } catch (thrown) {
    throwMicrophoneError(thrown);
  }
  if (!stream) throw new ConnectionError('insecure-context');
  return stream;
}

function throwMicrophoneError(cause: unknown): never {
  const { name } = cause as Error; // browsers reject with DOMExceptions, and with a TypeError for malformed constraints
  if (name === 'TypeError')
    throw invalidOption('audio has constraints that the browser does not accept.', cause);
  throw new ConnectionError(/NotAllowed|Security/.test(name) ? 'mic-denied' : 'mic-missing', { cause });
}

/** A track that sends silence, so that the API hears that the user is quiet. `undefined` in runtimes that cannot clone. */
function createSilence(track: MediaStreamTrack): MediaStreamTrack | undefined {
  try {
    const silence = track.clone();
    silence.enabled = false;
    return silence;
  } catch {
    return undefined;
  }
}
