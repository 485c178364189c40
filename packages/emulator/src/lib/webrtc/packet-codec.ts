import type * as Libopus from 'libopus-wasm';
import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw, G711_RATE } from '../audio/codec.ts';
import type { AudioChunk } from '../audio/codec.ts';

/** A codec that an offer contains and the emulator supports. */
export interface OfferedCodec {
  readonly name: CodecName;
  /** Payload type, 0..127, that the offer gives to the codec. */
  readonly payloadType: number;
}

/** The supported codecs, in order of preference: G.711 needs no memory and no time. */
export const CODEC_NAMES = ['pcmu', 'pcma', 'opus'] as const;

export type CodecName = (typeof CODEC_NAMES)[number];

/** Encodes and decodes the packets of a media track. */
export interface PacketCodec {
  readonly mimeType: string;
  /** Samples per second of the RTP timestamps and of the samples to encode. */
  readonly clockRate: number;
  /** Channels that the SDP names. The audio is mono in any case. */
  readonly channels: number;
  /** Encodes 20 ms of mono samples. */
  encode(samples: Int16Array): Buffer;
  /** Decodes a packet; returns `undefined` for a malformed one. */
  decode(payload: Buffer): AudioChunk | undefined;
  /** Releases the memory of the codec. It must not be used afterwards. */
  free(): void;
}

const OPUS_CLOCK_RATE = 48_000;

/** Opus decodes to any of its rates; this one keeps what speech detection needs. */
const OPUS_DECODED_RATE = 24_000;

/** Loads the Opus codec with the first call that needs it. */
const loadOpus = (): Promise<typeof Libopus> => import('libopus-wasm');

export async function createPacketCodec(name: CodecName): Promise<PacketCodec> {
  switch (name) {
    case 'pcmu':
      return createG711('audio/PCMU', encodeMuLaw, decodeMuLaw);
    case 'pcma':
      return createG711('audio/PCMA', encodeALaw, decodeALaw);
    case 'opus':
      return createOpus();
  }
}

function createG711(
  mimeType: string,
  encode: (sample: number) => number,
  decode: (code: number) => number,
): PacketCodec {
  return {
    mimeType,
    clockRate: G711_RATE,
    channels: 1,
    encode: (samples) => Buffer.from(Uint8Array.from(samples, encode)),
    decode: (payload) => ({ samples: Int16Array.from(payload, decode), rate: G711_RATE }),
    free: () => undefined,
  };
}

async function createOpus(): Promise<PacketCodec> {
  const { Application, createDecoder, createEncoder, OpusError } = await loadOpus();
  const encoder = await createEncoder({
    sampleRate: OPUS_CLOCK_RATE,
    channels: 1,
    application: Application.Voip,
  });
  const decoder = await createDecoder({ sampleRate: OPUS_DECODED_RATE, channels: 1 });
  return {
    mimeType: 'audio/opus',
    clockRate: OPUS_CLOCK_RATE,
    channels: 2,
    encode: (samples) => Buffer.from(encoder.encode(samples)),
    decode(payload) {
      try {
        return { samples: decoder.decode(payload), rate: OPUS_DECODED_RATE };
      } catch (error) {
        if (error instanceof OpusError) return undefined;
        throw error;
      }
    },
    free() {
      encoder.free();
      decoder.free();
    },
  };
}
