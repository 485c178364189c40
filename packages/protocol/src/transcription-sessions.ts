import { z } from 'zod';
import { modalitySchema } from './session-fields.ts';
import {
  flatAudioFormatSchema,
  flatNoiseReductionSchema,
  flatTranscriptionSchema,
  flatTurnDetectionSchema,
} from './sessions.ts';
import { legacyExpiresAtSchema } from './token-fields.ts';

/** Body of `POST /v1/realtime/transcription_sessions`, as documented. Unknown keys are rejected. */
export const transcriptionSessionCreateRequestSchema = z.strictObject({
  /** Settings of the token. This call never renamed `expires_at`. */
  client_secret: z
    .strictObject({
      /** Lifetime of the token. */
      expires_at: legacyExpiresAtSchema.optional(),
    })
    .optional(),
  /** Additional fields of server events. */
  include: z.array(z.string()).optional(),
  /** Format of the audio that the client sends. Default: `pcm16`. */
  input_audio_format: flatAudioFormatSchema.optional(),
  /** Noise reduction. Default: off. */
  input_audio_noise_reduction: flatNoiseReductionSchema.optional(),
  /** Model, language and prompt of the transcription. */
  input_audio_transcription: flatTranscriptionSchema.optional(),
  /** Modalities of the session. */
  modalities: z.array(modalitySchema).min(1).optional(),
  /** Turn detection. Default: `server_vad`. */
  turn_detection: flatTurnDetectionSchema.optional(),
});

/** Body of `POST /v1/realtime/transcription_sessions`. */
export type TranscriptionSessionCreateRequest = z.infer<typeof transcriptionSessionCreateRequestSchema>;
