import type { AudioChunk } from './codec.ts';

/** Length of the frames whose level is measured, in milliseconds. */
export const FRAME_MS = 20;

const FULL_SCALE = 32_768;

/** Level, as a share of full scale, that a threshold of 1 requires. The default threshold of 0.5 requires -34 dB. */
const LEVEL_AT_FULL_THRESHOLD = 0.04;

/** Cuts an audio stream into frames of {@link FRAME_MS} and measures their levels. */
export interface LevelMeter {
  /** Takes more audio; returns the level, 0..1, of every frame it completes. */
  measure(chunk: AudioChunk): number[];
}

export function createLevelMeter(): LevelMeter {
  let energy = 0;
  let count = 0;
  return {
    measure({ samples, rate }) {
      const frameSize = (rate * FRAME_MS) / 1000;
      const levels: number[] = [];
      for (const sample of samples) {
        energy += (sample / FULL_SCALE) ** 2;
        count += 1;
        if (count < frameSize) continue;
        levels.push(Math.sqrt(energy / count));
        energy = 0;
        count = 0;
      }
      return levels;
    },
  };
}

export interface SpeechThresholds {
  /** Threshold of the turn detection, 0..1. */
  readonly threshold: number;
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** Silence that ends speech, in milliseconds. */
  readonly silenceMs: number;
}

/** Distinguishes speech from silence by level alone. */
export interface SpeechDetector {
  /** Takes the level of the next frame; returns the transition it causes, if any. */
  update(level: number, thresholds: SpeechThresholds): 'started' | 'stopped' | undefined;
  /** Forgets what it heard. Speech that continues starts again. */
  reset(): void;
}

export function createSpeechDetector(): SpeechDetector {
  let isSpeaking = false;
  let loudMs = 0;
  let quietMs = 0;
  return {
    update(level, { threshold, minSpeechMs, silenceMs }) {
      const isLoud = level >= threshold * LEVEL_AT_FULL_THRESHOLD;
      loudMs = isLoud ? loudMs + FRAME_MS : 0;
      quietMs = isLoud ? 0 : quietMs + FRAME_MS;
      if (!isSpeaking && loudMs >= minSpeechMs) {
        isSpeaking = true;
        return 'started';
      }
      if (isSpeaking && quietMs >= silenceMs) {
        isSpeaking = false;
        return 'stopped';
      }
      return undefined;
    },
    reset() {
      isSpeaking = false;
      loudMs = 0;
      quietMs = 0;
    },
  };
}
