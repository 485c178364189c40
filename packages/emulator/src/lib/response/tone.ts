const SAMPLE_RATE = 24_000;
const PITCH_HZ = 440;
const PEAK = 8_000;

/**
 * A piece of a 440 Hz tone, as 16-bit little-endian mono PCM at 24 kHz.
 *
 * @param startMs - Where the piece begins, in milliseconds, so that pieces join without a click.
 * @param durationMs - Length in milliseconds.
 * @returns The samples, base64.
 */
export function tonePiece(startMs: number, durationMs: number): string {
  const first = (SAMPLE_RATE * startMs) / 1000;
  const samples = new DataView(new ArrayBuffer((SAMPLE_RATE * durationMs * 2) / 1000));
  for (let index = 0; index * 2 < samples.byteLength; index += 1) {
    const phase = (2 * Math.PI * PITCH_HZ * (first + index)) / SAMPLE_RATE;
    samples.setInt16(index * 2, Math.round(PEAK * Math.sin(phase)), true);
  }
  return Buffer.from(samples.buffer).toString('base64');
}
