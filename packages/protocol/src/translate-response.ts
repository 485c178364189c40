import { z } from 'zod';
import type { AudioFormat } from './audio.ts';
import type { ClientSecretCreateResponse } from './client-secrets.ts';
import { modalitySchema } from './session-fields.ts';
import { flatAudioFormatSchema } from './sessions.ts';
import type { SessionCreateResponse } from './sessions.ts';
import { toolChoiceSchema } from './tools.ts';
import { flattenAudioFormat, nestAudioFormat } from './translate-audio.ts';
import {
  compact,
  compactOrUndefined,
  flattenToolChoice,
  nestToolChoice,
  toModalities,
  toOutputModalities,
} from './translate-fields.ts';

const formatTypeSchema = z.enum<AudioFormat['type'][]>(['audio/pcm', 'audio/pcmu', 'audio/pcma']);

/**
 * Converts a `sessions` response to the shape of a `client_secrets` response: the token at the top, the session nested.
 * Fields without a counterpart are kept as they are.
 *
 * @param response - A parsed response of `POST /v1/realtime/sessions`.
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
  const input = compactOrUndefined({
    format: nestFormat(input_audio_format),
    transcription,
    noise_reduction,
    turn_detection,
  });
  const output = compactOrUndefined({ format: nestFormat(output_audio_format), voice, speed });
  const nested = compact({
    type: rest.object === 'realtime.transcription_session' ? 'transcription' : 'realtime',
    output_modalities: nestModalities(modalities),
    audio: compactOrUndefined({ input, output }),
    tool_choice: typeof rest['tool_choice'] === 'string' ? nestToolChoice(rest['tool_choice']) : undefined,
    max_output_tokens,
  });
  return { value: token.value, expires_at: token.expires_at, session: { ...rest, ...nested } };
}

function nestFormat(value: unknown): unknown {
  const parsed = flatAudioFormatSchema.safeParse(value);
  return parsed.success ? nestAudioFormat(parsed.data) : undefined;
}

function nestModalities(value: unknown): unknown {
  const parsed = modalitySchema.array().safeParse(value);
  return parsed.success ? toOutputModalities(parsed.data) : undefined;
}

/**
 * Converts a `client_secrets` response to the shape of a `sessions` response: a flat session, the token under
 * `client_secret`. Fields without a counterpart are kept as they are, except MCP tools: they contain credentials, and the
 * `sessions` call does not support them.
 *
 * @param response - A parsed response of `POST /v1/realtime/client_secrets`.
 */
export function toSessionResponse(response: ClientSecretCreateResponse): SessionCreateResponse {
  const { audio, output_modalities, max_output_tokens, ...rest } = response.session;
  const { input, output } = fieldsOf(audio);
  const { format: inputFormat, transcription, noise_reduction, turn_detection } = fieldsOf(input);
  const { format: outputFormat, voice, speed } = fieldsOf(output);
  return compact({
    ...rest,
    type: undefined,
    modalities: flattenModalities(output_modalities),
    voice,
    speed,
    input_audio_format: flattenFormat(inputFormat),
    output_audio_format: flattenFormat(outputFormat),
    input_audio_transcription: transcription,
    input_audio_noise_reduction: noise_reduction,
    turn_detection,
    tools: withoutMcpTools(rest['tools']),
    tool_choice: flattenChoice(rest['tool_choice']),
    max_response_output_tokens: max_output_tokens,
    client_secret: { value: response.value, expires_at: response.expires_at },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Responses are not validated: a value that is not an object has no fields. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? { ...value } : {};
}

function flattenModalities(value: unknown): unknown {
  const parsed = modalitySchema.array().safeParse(value);
  return parsed.success ? toModalities(parsed.data) : value;
}

/** Responses can omit the type or the rate of `audio/pcm`, and can contain formats that are not known here. */
function flattenFormat(value: unknown): unknown {
  const parsed = formatTypeSchema.safeParse(
    isObject(value) ? (fieldsOf(value)['type'] ?? 'audio/pcm') : value,
  );
  return parsed.success ? flattenAudioFormat(parsed.data) : undefined;
}

function withoutMcpTools(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((tool) => fieldsOf(tool)['type'] !== 'mcp') : undefined;
}

function flattenChoice(value: unknown): unknown {
  const parsed = toolChoiceSchema.safeParse(value);
  return parsed.success ? flattenToolChoice(parsed.data) : undefined;
}
