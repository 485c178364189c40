import type { AudioFormat } from '@realtime-session/protocol';

/** Decoded mono audio. */
export interface AudioChunk {
  /** Samples, -32768..32767. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly rate: number;
}

const PCM_RATE = 24_000;
const MU_LAW_BIAS = 0x84;
const MU_LAW_CLIP = 32_635;
const A_LAW_CLIP = 32_767;

/** Sample rate of G.711. */
export const G711_RATE = 8_000;

/** Without a format, audio is 24 kHz 16-bit little-endian PCM. */
export function getSampleRate(format: AudioFormat | undefined): number {
  return format?.type === 'audio/pcmu' || format?.type === 'audio/pcma' ? G711_RATE : PCM_RATE;
}

/** Decodes audio in a session's input format. */
export function decodeAudio(bytes: Buffer, format: AudioFormat | undefined): AudioChunk {
  const rate = getSampleRate(format);
  switch (format?.type) {
    case 'audio/pcmu':
      return { samples: Int16Array.from(bytes, decodeMuLaw), rate };
    case 'audio/pcma':
      return { samples: Int16Array.from(bytes, decodeALaw), rate };
    case 'audio/pcm':
    case undefined:
      return { samples: decodePcm(bytes), rate };
  }
}

/** Encodes samples, -32768..32767, at the rate of the format. */
export function encodeAudio(samples: Int16Array, format: AudioFormat | undefined): Buffer {
  switch (format?.type) {
    case 'audio/pcmu':
      return Buffer.from(Uint8Array.from(samples, encodeMuLaw));
    case 'audio/pcma':
      return Buffer.from(Uint8Array.from(samples, encodeALaw));
    case 'audio/pcm':
    case undefined:
      return encodePcm(samples);
  }
}

function encodePcm(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  for (const [index, sample] of samples.entries()) bytes.writeInt16LE(sample, index * 2);
  return bytes;
}

function decodePcm(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_none, index) =>
    bytes.readInt16LE(index * 2),
  );
}

/** Encodes one linear sample, -32768..32767, as G.711 μ-law. */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(sample)), MU_LAW_CLIP) + MU_LAW_BIAS;
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** Decodes one byte of G.711 μ-law. */
export function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MU_LAW_BIAS) << ((bits & 0x70) >> 4)) - MU_LAW_BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/** Encodes one linear sample, -32768..32767, as G.711 A-law. */
export function encodeALaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(Math.abs(sample), A_LAW_CLIP);
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> Math.max(4, exponent + 3)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

/** Decodes one byte of G.711 A-law. */
export function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits & 0x70) >> 4;
  const base = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
