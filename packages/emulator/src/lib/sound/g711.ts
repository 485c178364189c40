const MU_LAW_BIAS = 0x84;
const MU_LAW_CLIP = 32_635;

/**
 * One sample as G.711 μ-law, which every WebRTC peer speaks (RFC 7874).
 *
 * @param sample - Linear, -32768..32767.
 */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(sample)), MU_LAW_CLIP) + MU_LAW_BIAS;
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/**
 * One sample from G.711 μ-law.
 *
 * @param code - The byte.
 */
export function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MU_LAW_BIAS) << ((bits & 0x70) >> 4)) - MU_LAW_BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/**
 * One sample from G.711 A-law.
 *
 * @param code - The byte.
 */
export function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits & 0x70) >> 4;
  const base = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
