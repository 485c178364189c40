import type { Line, LineHost } from '../connection/line.ts';
import { ConnectionError } from '../errors/connection-error.ts';

/**
 * Opens what the user says, for as long as the line lasts: at its end, tracks opened here are stopped, and those of the
 * app's own stream are as loud as they came. A microphone that goes away meanwhile is replaced by the one the browser has
 * instead, or ends the line with the reason why there is none.
 *
 * @param line - Whose end closes it.
 * @param host - What to open, and where.
 * @throws ConnectionError `insecure-context`, `mic-denied` or `mic-missing`.
 */
export async function openAudio(line: Line, host: LineHost): Promise<readonly MediaStreamTrack[]> {
  const { audio = {} } = host.options;
  if (audio === 'none') return (line.tracks = []);
  const isBorrowed = 'getAudioTracks' in audio;
  const stream = isBorrowed ? audio : await host.platform.getUserMedia({ audio })?.catch(refuse);
  if (!stream) throw new ConnectionError('insecure-context');
  line.tracks = stream.getAudioTracks();
  for (const track of line.tracks) {
    const { enabled } = track;
    if (!isBorrowed) track.onended = () => void replace(line, host);
    line.atEnd(() => (isBorrowed ? (track.enabled = enabled) : track.stop()));
    track.enabled &&= host.voice === 'heard';
  }
  line.signal.throwIfAborted();
  host.options.onMicrophone?.(stream);
  return line.tracks;
}

function replace(line: Line, host: LineHost): Promise<void> {
  return line
    .until(openAudio(line, host))
    .then(([track]) => line.sender?.replaceTrack(track ?? null))
    .catch((thrown: unknown) => {
      host.fail(line, thrown);
    });
}

function refuse(cause: unknown): never {
  const isDenied = /NotAllowed|Security/.test((cause as Error).name); // browsers reject with DOMExceptions
  throw new ConnectionError(isDenied ? 'mic-denied' : 'mic-missing', { cause });
}
