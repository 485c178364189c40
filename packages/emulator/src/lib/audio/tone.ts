const PITCH_HZ = 440;
const PEAK = 8_000;
const PCM_RATE = 24_000;

/** Returns sample `index`, -8000..8000, of a continuous 440 Hz tone, so that consecutive pieces join without a click. */
export function toneSample(index: number, rate: number): number {
  return Math.round(PEAK * Math.sin((2 * Math.PI * PITCH_HZ * index) / rate));
}

/** Returns a piece of the tone in base64: 16-bit little-endian mono PCM at 24 kHz. */
export function tonePcm(startMs: number, durationMs: number): string {
  const firstSample = (PCM_RATE * startMs) / 1000;
  const bytes = Buffer.alloc((PCM_RATE * durationMs * 2) / 1000);
  for (let offset = 0; offset < bytes.length; offset += 2) {
    bytes.writeInt16LE(toneSample(firstSample + offset / 2, PCM_RATE), offset);
  }
  return bytes.toString('base64');
}
