import { z } from 'zod';

/** Audio format of the live call: `audio/pcm` (24 kHz mono), `audio/pcmu` (G.711 μ-law) or `audio/pcma` (G.711 A-law). */
export const audioFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({
    /** 16-bit PCM; also meant when `type` is left out. */
    type: z.literal('audio/pcm').optional(),
    /** Sample rate in hertz; 24000 is the only value. */
    rate: z.literal(24_000).optional(),
  }),
  z.strictObject({
    /** G.711 μ-law. */
    type: z.literal('audio/pcmu'),
  }),
  z.strictObject({
    /** G.711 A-law. */
    type: z.literal('audio/pcma'),
  }),
]);

/** Audio format of the live call. */
export type AudioFormat = z.infer<typeof audioFormatSchema>;
