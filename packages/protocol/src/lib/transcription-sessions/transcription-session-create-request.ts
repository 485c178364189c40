import { z } from 'zod';
import {
  flatAudioFormatSchema,
  flatNoiseReductionSchema,
  flatTranscriptionSchema,
} from '../sessions/flat-audio.ts';
import { flatTurnDetectionSchema } from '../sessions/flat-turn-detection.ts';
import { legacyExpiresAtSchema } from '../shared/expires-after.ts';
import { modalitySchema } from '../shared/generation-settings.ts';

/** Body of `POST /v1/realtime/transcription_sessions`, as documented. Unknown keys are refused. */
export const transcriptionSessionCreateRequestSchema = z.strictObject({
  /** Lifetime of the token. This call never renamed `expires_at`. */
  client_secret: z
    .strictObject({
      /** When the token stops opening sessions. */
      expires_at: legacyExpiresAtSchema.optional(),
    })
    .optional(),
  /** Extra fields in the server's events. */
  include: z.array(z.string()).optional(),
  /** Format of the audio the client sends, default `pcm16`. */
  input_audio_format: flatAudioFormatSchema.optional(),
  /** Noise reduction, off by default. */
  input_audio_noise_reduction: flatNoiseReductionSchema.optional(),
  /** Transcription model, language and prompt. */
  input_audio_transcription: flatTranscriptionSchema.optional(),
  /** Modalities of the session. */
  modalities: z.array(modalitySchema).min(1).optional(),
  /** Turn detection, `server_vad` by default. */
  turn_detection: flatTurnDetectionSchema.optional(),
});

/** Body of `POST /v1/realtime/transcription_sessions`. */
export type TranscriptionSessionCreateRequest = z.infer<typeof transcriptionSessionCreateRequestSchema>;
