import { encodeMuLaw, G711_RATE } from '../audio/codec.ts';
import { toneSample } from '../audio/tone.ts';
import type { Send } from '../realtime/events.ts';
import type { AudioTrack } from '../realtime/stream-response.ts';
import type { AudioPacket } from './peer.ts';

const PACKET_MS = 20;
const PACKET_SAMPLES = (G711_RATE * PACKET_MS) / 1000;

interface Playback {
  readonly responseId: string;
  /** Audio that has not been sent. */
  remainingMs: number;
  isFinished: boolean;
}

export interface ClosableAudioTrack extends AudioTrack {
  /** Stops playback without an event. */
  close(): void;
}

/** Plays a 440 Hz tone in real time, packet by packet, and sends the client events when it starts and stops. */
export function createAudioTrack(sendPacket: (packet: AudioPacket) => void, send: Send): ClosableAudioTrack {
  const epochMs = performance.now();
  let playback: Playback | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sequence = 0;
  let slot = 0;

  const getCurrentSlot = (): number => Math.floor((performance.now() - epochMs) / PACKET_MS);
  const stopTimer = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const end = (type: 'output_audio_buffer.stopped' | 'output_audio_buffer.cleared'): void => {
    if (playback === undefined) return;
    const { responseId } = playback;
    playback = undefined;
    stopTimer();
    send({ type, response_id: responseId });
  };
  const sendTone = (current: Playback, position: AudioPacket['position']): void => {
    const timestamp = (slot * PACKET_SAMPLES) >>> 0;
    sendPacket({ payload: tonePacket(slot), sequence, timestamp, position });
    sequence = (sequence + 1) & 0xffff;
    slot += 1;
    current.remainingMs -= PACKET_MS;
  };
  const tick = (): void => {
    // Catches up after a late timer, so that the audio keeps its length.
    const currentSlot = getCurrentSlot();
    while (playback !== undefined && playback.remainingMs > 0 && slot <= currentSlot)
      sendTone(playback, 'later');
    if (playback !== undefined && playback.remainingMs > 0) return;
    if (playback?.isFinished === true) end('output_audio_buffer.stopped');
    else slot = Math.max(slot, currentSlot);
  };

  return {
    play(responseId, durationMs) {
      if (playback?.responseId === responseId) {
        playback.remainingMs += durationMs;
        return;
      }
      end('output_audio_buffer.stopped');
      playback = { responseId, remainingMs: durationMs, isFinished: false };
      slot = Math.max(slot, getCurrentSlot());
      send({ type: 'output_audio_buffer.started', response_id: responseId });
      sendTone(playback, 'first');
      timer = setInterval(tick, PACKET_MS);
    },
    finish(responseId) {
      if (playback?.responseId === responseId) playback.isFinished = true;
    },
    clear: () => end('output_audio_buffer.cleared'),
    close() {
      playback = undefined;
      stopTimer();
    },
  };
}

function tonePacket(slot: number): Buffer {
  const firstSample = slot * PACKET_SAMPLES;
  return Buffer.from(
    Array.from({ length: PACKET_SAMPLES }, (_none, index) =>
      encodeMuLaw(toneSample(firstSample + index, G711_RATE)),
    ),
  );
}
