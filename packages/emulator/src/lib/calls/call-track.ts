import type { Send } from '../realtime/events.ts';
import type { AudioTrack } from '../realtime/stream-response.ts';
import type { TaskClock } from '../state/clock.ts';
import type { ClosableAudioTrack, Playback } from '../webrtc/audio-track.ts';

/** The audio of a call: on the media track of its page, or without sound while there is none. */
export interface CallTrack extends AudioTrack {
  /** Continues on the media track of the page. What has started already ends without sound. */
  connect(track: ClosableAudioTrack): void;
  /** Continues without sound. */
  disconnect(): void;
  /** Stops playback without an event. */
  close(): void;
}

export function createCallTrack(clock: TaskClock, send: Send): CallTrack {
  const silent = createSilentTrack(clock, send);
  let track: ClosableAudioTrack | undefined;
  return {
    connect(pageTrack) {
      track = pageTrack;
    },
    disconnect() {
      silent.adopt(track?.close() ?? []);
      track = undefined;
    },
    play(responseId, durationMs) {
      if (track === undefined || silent.isPlaying(responseId)) silent.play(responseId, durationMs);
      else track.play(responseId, durationMs);
    },
    finish(responseId) {
      silent.finish(responseId);
      track?.finish(responseId);
    },
    clear() {
      silent.clear();
      track?.clear();
    },
    close() {
      silent.close();
      track?.close();
    },
  };
}

interface SilentTrack extends AudioTrack {
  isPlaying(responseId: string): boolean;
  /** Takes over playback that has started elsewhere. */
  adopt(playbacks: readonly Playback[]): void;
  close(): void;
}

/** Sends the events of playback on the emulator's clock, one response after the other. */
function createSilentTrack(clock: TaskClock, send: Send): SilentTrack {
  /** The first one plays, the others wait for it. */
  const queue: Playback[] = [];
  let startedMs = 0;
  let cancelStop = (): void => undefined;

  const find = (id: string): Playback | undefined => queue.find(({ responseId }) => responseId === id);
  const scheduleStop = (): void => {
    cancelStop();
    const [first] = queue;
    if (first?.isFinished !== true) return;
    cancelStop = clock.schedule(startedMs + first.remainingMs, () => {
      queue.shift();
      send({ type: 'output_audio_buffer.stopped', response_id: first.responseId });
      startFirst();
    });
  };
  const startFirst = (): void => {
    const [first] = queue;
    if (first === undefined) return;
    startedMs = clock.nowMs();
    send({ type: 'output_audio_buffer.started', response_id: first.responseId });
    scheduleStop();
  };

  return {
    isPlaying: (responseId) => find(responseId) !== undefined,
    adopt(playbacks) {
      const wasEmpty = queue.length === 0;
      queue.push(...playbacks.map((playback) => ({ ...playback })));
      if (!wasEmpty) return;
      startedMs = clock.nowMs();
      scheduleStop();
    },
    play(responseId, durationMs) {
      const playback = find(responseId);
      if (playback !== undefined) {
        playback.remainingMs += durationMs;
        return;
      }
      queue.push({ responseId, remainingMs: durationMs, isFinished: false });
      if (queue.length === 1) startFirst();
    },
    finish(responseId) {
      const playback = find(responseId);
      if (playback === undefined) return;
      playback.isFinished = true;
      if (playback === queue[0]) scheduleStop();
    },
    clear() {
      cancelStop();
      const [first] = queue.splice(0);
      if (first !== undefined) send({ type: 'output_audio_buffer.cleared', response_id: first.responseId });
    },
    close() {
      cancelStop();
      queue.length = 0;
    },
  };
}
