const PITCH_HZ = 440;
const PEAK = 8_000;

/**
 * One sample of a 440 Hz tone.
 *
 * @param index - Number of the sample, so that pieces join without a click.
 * @param rate - Samples per second.
 * @returns the sample, linear, -8000..8000.
 */
export function toneSample(index: number, rate: number): number {
  return Math.round(PEAK * Math.sin((2 * Math.PI * PITCH_HZ * index) / rate));
}
