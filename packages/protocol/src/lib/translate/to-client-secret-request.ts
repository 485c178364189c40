import type { ClientSecretCreateRequest } from '../client-secrets/client-secret-create-request.ts';
import type { RealtimeSession } from '../client-secrets/realtime-session.ts';
import type { SessionCreateRequest } from '../sessions/session-create-request.ts';
import { nestAudioFormat } from './audio-format.ts';
import { nestAudioInput } from './audio-input.ts';
import { compact, compactOrNothing } from './compact.ts';
import { toExpiresAfter } from './expires-after.ts';
import { toOutputModalities } from './modalities.ts';
import { nestToolChoice } from './tool-choice.ts';
import { droppedPaths } from './translated.ts';

/** A request for the live call, and what of the documented request it cannot say. */
export interface ClientSecretTranslation {
  /** Body for `POST /v1/realtime/client_secrets`. */
  readonly request: ClientSecretCreateRequest;
  /** Paths of parameters the live call does not have, such as `temperature`. */
  readonly dropped: string[];
}

/**
 * Says a documented `sessions` request in the words of the live `client_secrets` call.
 *
 * @param request - A parsed body of `POST /v1/realtime/sessions`.
 *
 * @example
 * ```ts
 * toClientSecretRequest({ model: 'gpt-realtime', temperature: 0.8 });
 * // { request: { session: { type: 'realtime', model: 'gpt-realtime' } }, dropped: ['temperature'] }
 * ```
 */
export function toClientSecretRequest(request: SessionCreateRequest): ClientSecretTranslation {
  const input = nestAudioInput(request);
  const { expires_after, expires_at } = request.client_secret ?? {};
  const expiresAfter = toExpiresAfter(expires_after ?? expires_at);
  const session: RealtimeSession = compact({
    type: 'realtime',
    model: request.model,
    output_modalities: request.modalities === undefined ? undefined : toOutputModalities(request.modalities),
    instructions: request.instructions,
    audio: compactOrNothing({ input: compactOrNothing(input.value), output: toAudioOutput(request) }),
    include: request.include,
    tools: request.tools,
    tool_choice: request.tool_choice === undefined ? undefined : nestToolChoice(request.tool_choice),
    max_output_tokens: request.max_response_output_tokens,
    tracing: request.tracing,
    truncation: request.truncation,
    prompt: request.prompt,
  });
  const { temperature } = request;
  return {
    request: compact({ expires_after: expiresAfter, session }),
    dropped: [...droppedPaths('', { temperature }), ...input.dropped],
  };
}

function toAudioOutput({ voice, speed, output_audio_format: format }: SessionCreateRequest) {
  return compactOrNothing({
    format: format === undefined ? undefined : nestAudioFormat(format),
    voice,
    speed,
  });
}
