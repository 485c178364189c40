import type { Line, LineHost } from '../connection/line.ts';
import type { Span } from '../connection/span.ts';

/**
 * Plays what the API says, and hands it to the app.
 *
 * @param call - Silent after its end.
 * @param line - Whose peer to hear. Its element goes on from call to call, because browsers unlock elements one by one.
 * @param host - What plays, and who is told.
 */
export function hearVoice(call: Span, line: Line, host: LineHost): void {
  const { options, platform } = host;
  line.peer.ontrack = ({ track }) => {
    const stream = platform.createStream(track);
    const { playback } = options;
    if (playback !== 'none') {
      const element = (line.element ??= playback ?? platform.createAudio());
      element.srcObject = stream;
      call.atEnd(() => (element.srcObject = null));
      playVoice(line, host);
    }
    options.onRemoteStream?.(stream);
  };
}

/**
 * Starts playing. Browsers refuse sound nobody asked for, unless the page is recording.
 *
 * @param line - Whose element plays.
 * @param host - Told when the browser refused, and when it no longer does.
 */
export function playVoice(line: Line, { getState, say }: LineHost): void {
  void line.element
    ?.play()
    .then(
      () => false,
      (error: unknown) => (error as Error).name === 'NotAllowedError', // media elements reject with DOMExceptions
    )
    .then((playbackBlocked) => {
      if (!!line.playbackBlocked === playbackBlocked) return;
      line.playbackBlocked = playbackBlocked;
      if (getState().status === 'connected') say(line, { status: 'connected', playbackBlocked });
    });
}
