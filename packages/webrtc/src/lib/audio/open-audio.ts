import { ConnectionError } from '../errors/connection-error.ts';
import type { ConnectionPlatform } from '../platform/platform.ts';

/** Where the user's voice comes from: the microphone as constrained, a stream of the app's own, or nowhere. */
export type AudioSource = MediaTrackConstraints | MediaStream | 'microphone' | 'none';

/** An audio source that was opened. */
export interface OpenAudio {
  /** What to send; none for listening only. */
  readonly tracks: readonly MediaStreamTrack[];
  /** Stops the tracks that were opened here; those of the app's own stream go on, as loud as they came. */
  release(): void;
}

/**
 * Opens an audio source.
 *
 * @param source - What to open.
 * @param platform - Where the microphone is.
 * @throws ConnectionError `insecure-context`, `mic-denied` or `mic-missing`.
 */
export async function openAudio(source: AudioSource, platform: ConnectionPlatform): Promise<OpenAudio> {
  if (source === 'none') return { tracks: [], release: () => undefined };
  if (isStream(source)) return borrow(source.getAudioTracks());
  if (!platform.getUserMedia) {
    throw new ConnectionError(
      'insecure-context',
      'The microphone exists only on https pages and on localhost. Serve the page there.',
    );
  }
  const audio = source === 'microphone' ? true : source;
  const stream = await platform.getUserMedia({ audio }).catch(refuse);
  const tracks = stream.getAudioTracks();
  return { tracks, release: () => tracks.forEach((track) => track.stop()) };
}

function borrow(tracks: readonly MediaStreamTrack[]): OpenAudio {
  const before = tracks.map((track) => ({ track, enabled: track.enabled }));
  return { tracks, release: () => before.forEach(({ track, enabled }) => (track.enabled = enabled)) };
}

function isStream(source: MediaTrackConstraints | MediaStream | string): source is MediaStream {
  return typeof source === 'object' && 'getAudioTracks' in source;
}

function refuse(cause: unknown): never {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    throw new ConnectionError(
      'mic-denied',
      'The microphone was refused. Ask the user to allow it for this page, then connect again.',
      { cause },
    );
  }
  throw new ConnectionError(
    'mic-missing',
    'No microphone could be opened. Ask the user to plug one in or to close the program that holds it.',
    { cause },
  );
}
