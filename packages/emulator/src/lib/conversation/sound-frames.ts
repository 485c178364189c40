import type { Sound } from '../sound/decode-sound.ts';

/** Length of one stretch of sound that is judged at once, in milliseconds. */
export const FRAME_MS = 20;

const FULL_SCALE = 32_768;

/** Cuts a stream of sound into stretches of {@link FRAME_MS} and measures how loud each one is. */
export interface SoundFrames {
  /** Takes more sound; the loudness, 0..1, of every stretch it completes. */
  levels(sound: Sound): number[];
}

/** No sound yet. */
export function createSoundFrames(): SoundFrames {
  let energy = 0;
  let count = 0;
  return {
    levels({ samples, rate }) {
      const size = (rate * FRAME_MS) / 1000;
      const found: number[] = [];
      for (const sample of samples) {
        energy += (sample / FULL_SCALE) ** 2;
        count += 1;
        if (count < size) continue;
        found.push(Math.sqrt(energy / count));
        energy = 0;
        count = 0;
      }
      return found;
    },
  };
}
