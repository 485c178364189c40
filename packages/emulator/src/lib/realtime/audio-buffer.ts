import type { AudioChunk } from '../audio/codec.ts';
import { createLevelMeter } from '../audio/speech-detector.ts';

/** Measures the input audio buffer of a session. Times count the audio written since the session opened, in milliseconds. */
export interface AudioBuffer {
  /** Takes audio. Returns the levels, 0..1, of the frames to process. */
  add(chunk: AudioChunk): number[];
  /** Moves the time of the audio that has been processed. */
  advance(ms: number): void;
  processedMs(): number;
  /** Marks where speech starts, with the padding before it as far as the buffer reaches. Returns the time. */
  startSpeech(leadMs: number): number;
  /** Length of the audio that a commit takes. */
  lengthMs(): number;
  /** Empties the buffer. */
  clear(): void;
}

export function createAudioBuffer(): AudioBuffer {
  const meter = createLevelMeter();
  let processedMs = 0;
  let bufferedMs = 0;
  let bufferStartMs = 0;
  let speechStartMs: number | undefined;
  return {
    add(chunk) {
      bufferedMs += (chunk.samples.length / chunk.rate) * 1000;
      return meter.measure(chunk);
    },
    advance(ms) {
      processedMs += ms;
    },
    processedMs: () => processedMs,
    startSpeech(leadMs) {
      speechStartMs = Math.max(bufferStartMs, processedMs - leadMs);
      return speechStartMs;
    },
    lengthMs: () => (speechStartMs === undefined ? bufferedMs : processedMs - speechStartMs),
    clear() {
      bufferedMs = 0;
      bufferStartMs = processedMs;
      speechStartMs = undefined;
    },
  };
}
