/** Rate of the API's `audio/pcm`, in samples per second. */
export const SAMPLE_RATE = 24_000;

/**
 * Decodes 16-bit little-endian mono sound.
 *
 * @param base64 - As it comes in `response.output_audio.delta`.
 * @returns samples from -1 to 1.
 */
export function decodePcm16(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from(
    { length: view.byteLength >> 1 },
    (_, index) => view.getInt16(index * 2, true) / 32_768,
  );
}

/** How long a piece of such sound plays, in milliseconds. */
export function pcm16DurationMs(base64: string): number {
  const bytes = (base64.replace(/=+$/, '').length * 3) / 4;
  return (bytes / 2 / SAMPLE_RATE) * 1000;
}
