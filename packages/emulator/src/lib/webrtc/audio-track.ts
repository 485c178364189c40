import { toneSamples } from '../audio/tone.ts';
import type { Send } from '../realtime/events.ts';
import type { AudioTrack } from '../realtime/stream-response.ts';
import type { AudioPacket, PeerChannel } from './peer.ts';

const PACKET_MS = 20;

/** The audio of one response. */
export interface Playback {
  readonly responseId: string;
  /** Audio that has not been sent. */
  remainingMs: number;
  /** Whether the response has ended, so that no audio follows. */
  isFinished: boolean;
}

export interface ClosableAudioTrack extends AudioTrack {
  /** Stops playback without an event. Returns what was left: the first one has started. */
  close(): readonly Playback[];
}

/** Sends a continuous 440 Hz tone, packet by packet. */
interface ToneSender {
  /** Continues the tone now, without the packets that would have been due meanwhile. */
  skipToNow(): void;
  /** Whether the next packet is due. */
  isDue(): boolean;
  sendPacket(position: AudioPacket['position']): void;
}

function createToneSender(channel: PeerChannel): ToneSender {
  const { codec } = channel;
  const packetSamples = (codec.clockRate * PACKET_MS) / 1000;
  const epochMs = performance.now();
  let sequence = 0;
  let slot = 0;
  const getCurrentSlot = (): number => Math.floor((performance.now() - epochMs) / PACKET_MS);
  return {
    skipToNow() {
      slot = Math.max(slot, getCurrentSlot());
    },
    isDue: () => slot <= getCurrentSlot(),
    sendPacket(position) {
      const start = slot * packetSamples;
      const payload = codec.encode(toneSamples(start, packetSamples, codec.clockRate));
      channel.sendAudio({ payload, sequence, timestamp: start >>> 0, position });
      sequence = (sequence + 1) & 0xffff;
      slot += 1;
    },
  };
}

/** Plays a tone in real time, one response after the other, and sends the client events when each starts and stops. */
export function createAudioTrack(channel: PeerChannel, send: Send): ClosableAudioTrack {
  const sender = createToneSender(channel);
  /** The first one plays, the others wait for it. */
  const queue: Playback[] = [];
  let timer: NodeJS.Timeout | undefined;

  const stopTimer = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const playPacket = (playback: Playback, position: AudioPacket['position']): void => {
    sender.sendPacket(position);
    playback.remainingMs -= PACKET_MS;
  };
  const startFirst = (): void => {
    const [first] = queue;
    if (first === undefined) {
      stopTimer();
      return;
    }
    sender.skipToNow();
    send({ type: 'output_audio_buffer.started', response_id: first.responseId });
    playPacket(first, 'first');
    timer ??= setInterval(tick, PACKET_MS);
  };
  const tick = (): void => {
    // Catches up after a late timer, so that the audio keeps its length.
    const [first] = queue;
    while (first !== undefined && first.remainingMs > 0 && sender.isDue()) playPacket(first, 'later');
    if (first === undefined || first.remainingMs > 0) return;
    if (!first.isFinished) {
      sender.skipToNow();
      return;
    }
    queue.shift();
    send({ type: 'output_audio_buffer.stopped', response_id: first.responseId });
    startFirst();
  };

  return {
    play(responseId, durationMs) {
      const playback = findPlayback(queue, responseId);
      if (playback !== undefined) {
        playback.remainingMs += durationMs;
        return;
      }
      queue.push({ responseId, remainingMs: durationMs, isFinished: false });
      if (queue.length === 1) startFirst();
    },
    finish(responseId) {
      const playback = findPlayback(queue, responseId);
      if (playback !== undefined) playback.isFinished = true;
    },
    clear() {
      const [first] = queue.splice(0);
      stopTimer();
      if (first !== undefined) send({ type: 'output_audio_buffer.cleared', response_id: first.responseId });
    },
    close() {
      stopTimer();
      return queue.splice(0);
    },
  };
}

function findPlayback(queue: readonly Playback[], id: string): Playback | undefined {
  return queue.find(({ responseId }) => responseId === id);
}
