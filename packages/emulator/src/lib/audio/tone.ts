import type { AudioFormat } from '@realtime-session/protocol';
import { encodeAudio, getSampleRate } from './codec.ts';

const PITCH_HZ = 440;
const PEAK = 8_000;

/** Returns sample `index`, -8000..8000, of a continuous 440 Hz tone, so that consecutive pieces join without a click. */
export function toneSample(index: number, rate: number): number {
  return Math.round(PEAK * Math.sin((2 * Math.PI * PITCH_HZ * index) / rate));
}

/** Returns `count` samples of the tone from sample `start`. */
export function toneSamples(start: number, count: number, rate: number): Int16Array {
  return Int16Array.from({ length: count }, (_none, index) => toneSample(start + index, rate));
}

/** A piece of the tone. */
export interface TonePiece {
  readonly startMs: number;
  readonly durationMs: number;
}

/** Returns a piece of the tone in base64, mono, in a session's output format. */
export function encodeTone({ startMs, durationMs }: TonePiece, format: AudioFormat): string {
  const rate = getSampleRate(format);
  const samples = toneSamples((rate * startMs) / 1000, (rate * durationMs) / 1000, rate);
  return encodeAudio(samples, format).toString('base64');
}
