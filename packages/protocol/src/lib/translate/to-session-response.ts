import { audioFormatSchema } from '../client-secrets/audio-format.ts';
import type { ClientSecretCreateResponse } from '../client-secrets/client-secret-create-response.ts';
import { toolChoiceSchema } from '../client-secrets/tools.ts';
import type { SessionCreateResponse } from '../sessions/session-create-response.ts';
import { modalitySchema } from '../shared/generation-settings.ts';
import { asRecord } from './as-record.ts';
import { flattenAudioFormat } from './audio-format.ts';
import { compact } from './compact.ts';
import { toModalities } from './modalities.ts';
import { flattenToolChoice } from './tool-choice.ts';

/**
 * Gives an answer of the live call the shape of the documented `sessions` call: flat session, token under
 * `client_secret`. What has no documented name is kept as it is, except MCP tools (they carry credentials and the
 * documented call has none).
 *
 * @param response - A parsed answer of `POST /v1/realtime/client_secrets`.
 */
export function toSessionResponse(response: ClientSecretCreateResponse): SessionCreateResponse {
  const { audio, output_modalities, max_output_tokens, ...rest } = response.session;
  const { input, output } = asRecord(audio);
  const { format: inputFormat, transcription, noise_reduction, turn_detection } = asRecord(input);
  const { format: outputFormat, voice, speed } = asRecord(output);
  return compact({
    ...rest,
    type: undefined,
    modalities: flatModalities(output_modalities),
    voice,
    speed,
    input_audio_format: flatFormat(inputFormat),
    output_audio_format: flatFormat(outputFormat),
    input_audio_transcription: transcription,
    input_audio_noise_reduction: noise_reduction,
    turn_detection,
    tools: functionTools(rest['tools']),
    tool_choice: flatChoice(rest['tool_choice']),
    max_response_output_tokens: max_output_tokens,
    client_secret: { value: response.value, expires_at: response.expires_at },
  });
}

function flatModalities(value: unknown): unknown {
  const parsed = modalitySchema.array().safeParse(value);
  return parsed.success ? toModalities(parsed.data) : value;
}

function flatFormat(value: unknown): unknown {
  const parsed = value === undefined ? undefined : audioFormatSchema.safeParse(value);
  return parsed?.success === true ? flattenAudioFormat(parsed.data) : undefined;
}

function functionTools(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((tool) => asRecord(tool)['type'] !== 'mcp') : undefined;
}

function flatChoice(value: unknown): unknown {
  const parsed = toolChoiceSchema.safeParse(value);
  return parsed.success ? flattenToolChoice(parsed.data) : undefined;
}
