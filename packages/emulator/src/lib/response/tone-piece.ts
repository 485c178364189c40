import { toneSample } from '../sound/tone.ts';

const SAMPLE_RATE = 24_000;

/**
 * A piece of a 440 Hz tone, as 16-bit little-endian mono PCM at 24 kHz.
 *
 * @param startMs - Where the piece begins, in milliseconds.
 * @param durationMs - Length in milliseconds.
 * @returns The samples, base64.
 */
export function tonePiece(startMs: number, durationMs: number): string {
  const first = (SAMPLE_RATE * startMs) / 1000;
  const samples = Buffer.alloc((SAMPLE_RATE * durationMs * 2) / 1000);
  for (let offset = 0; offset < samples.length; offset += 2) {
    samples.writeInt16LE(toneSample(first + offset / 2, SAMPLE_RATE), offset);
  }
  return samples.toString('base64');
}
