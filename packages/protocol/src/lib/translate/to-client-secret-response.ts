import type { ClientSecretCreateResponse } from '../client-secrets/client-secret-create-response.ts';
import { flatAudioFormatSchema } from '../sessions/flat-audio.ts';
import type { SessionCreateResponse } from '../sessions/session-create-response.ts';
import { modalitySchema } from '../shared/generation-settings.ts';
import { nestAudioFormat } from './audio-format.ts';
import { compact, compactOrNothing } from './compact.ts';
import { toOutputModalities } from './modalities.ts';
import { nestToolChoice } from './tool-choice.ts';

/**
 * Gives an answer of the documented `sessions` call the shape of the live call: token on top, session nested. What
 * has no name in the live call is kept as it is.
 *
 * @param response - A parsed answer of `POST /v1/realtime/sessions`.
 */
export function toClientSecretResponse(response: SessionCreateResponse): ClientSecretCreateResponse {
  const {
    client_secret: token,
    modalities,
    voice,
    speed,
    input_audio_format,
    output_audio_format,
    input_audio_transcription: transcription,
    input_audio_noise_reduction: noise_reduction,
    turn_detection,
    max_response_output_tokens: max_output_tokens,
    ...rest
  } = response;
  const input = compactOrNothing({
    format: nestedFormat(input_audio_format),
    transcription,
    noise_reduction,
    turn_detection,
  });
  const output = compactOrNothing({ format: nestedFormat(output_audio_format), voice, speed });
  const nested = compact({
    type: rest.object === 'realtime.transcription_session' ? 'transcription' : 'realtime',
    output_modalities: nestedModalities(modalities),
    audio: compactOrNothing({ input, output }),
    tool_choice: nestedChoice(rest['tool_choice']),
    max_output_tokens,
  });
  return { value: token.value, expires_at: token.expires_at, session: { ...rest, ...nested } };
}

function nestedFormat(value: unknown): unknown {
  const parsed = flatAudioFormatSchema.safeParse(value);
  return parsed.success ? nestAudioFormat(parsed.data) : undefined;
}

function nestedModalities(value: unknown): unknown {
  const parsed = modalitySchema.array().safeParse(value);
  return parsed.success ? toOutputModalities(parsed.data) : undefined;
}

function nestedChoice(value: unknown): unknown {
  return typeof value === 'string' ? nestToolChoice(value) : undefined;
}
