import type { AudioInput } from '@realtime-session/protocol';
import { decodeALaw, decodeMuLaw } from './g711.ts';

/** Sound, ready to be listened to. */
export interface Sound {
  /** Samples, -32768..32767, one channel. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly rate: number;
}

const PCM_RATE = 24_000;
const G711_RATE = 8_000;

/**
 * Sound as a session's input format says it is: 24 kHz 16-bit little-endian PCM unless it says μ-law or A-law.
 *
 * @param bytes - What the client sent.
 * @param format - `audio.input.format` of the session.
 */
export function decodeSound(bytes: Buffer, format: AudioInput['format']): Sound {
  switch (format?.type) {
    case 'audio/pcmu':
      return { samples: Int16Array.from(bytes, decodeMuLaw), rate: G711_RATE };
    case 'audio/pcma':
      return { samples: Int16Array.from(bytes, decodeALaw), rate: G711_RATE };
    case 'audio/pcm':
    case undefined:
      return { samples: linear(bytes), rate: PCM_RATE };
  }
}

function linear(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_none, index) =>
    bytes.readInt16LE(index * 2),
  );
}
