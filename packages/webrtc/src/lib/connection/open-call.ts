import { hearVoice } from '../audio/hear-voice.ts';
import { openAudio } from '../audio/open-audio.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { answerOffer } from '../exchange/answer-offer.ts';
import type { Line, LineHost } from './line.ts';
import type { Span } from './span.ts';
import { watchCall } from './watch-call.ts';

/**
 * Opens one call: the microphone first, inside the user's gesture; then the offer; the token last, right before it is used.
 *
 * @param call - Ends when the call does, and closes what was opened for it.
 * @param line - The line it is on.
 * @param host - What all lines share.
 * @returns resolves when events can be sent.
 */
export async function openCall(call: Span, line: Line, host: LineHost): Promise<void> {
  const { options, platform } = host;
  const { PeerConnection } = platform;
  if (!PeerConnection) throw new ConnectionError('unsupported');
  const [track] = line.tracks ?? (await call.until(openAudio(line, host)));
  call.signal.throwIfAborted();
  const peer = (line.peer = new PeerConnection());
  call.atEnd(() => {
    peer.close();
    line.sender = undefined;
  });
  // A permission prompt may take a minute, so time counts from the open microphone on.
  const inTime = call.after(options.timeoutMs ?? 30_000, () => call.end('timeout'));
  const opened = watchCall(call, line, host);
  // Without a voice to send, the call listens only.
  const direction = track ? 'sendrecv' : 'recvonly';
  line.sender = peer.addTransceiver(track ?? 'audio', { direction }).sender;
  hearVoice(call, line, host);
  await call.until(peer.setLocalDescription());
  call.signal.throwIfAborted();
  const sdp = await call.until(answerOffer(peer.localDescription?.sdp ?? '', call.signal, host));
  await call.until(peer.setRemoteDescription({ type: 'answer', sdp }));
  await call.until(opened);
  inTime();
  // The API's own limit is an hour.
  const { maxDurationMs = 3_600_000, warnBeforeMs = 60_000 } = options;
  call.after(maxDurationMs - warnBeforeMs, () => options.onExpiring?.());
  call.after(maxDurationMs, () => call.end('session-expired'));
}
