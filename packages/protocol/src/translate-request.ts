import type { ClientSecretCreateRequest, RealtimeSession } from './client-secrets.ts';
import type { SessionCreateRequest } from './sessions.ts';
import type { FunctionTool, RealtimeTool } from './tools.ts';
import { flattenAudioFormat, flattenAudioInput, nestAudioFormat, nestAudioInput } from './translate-audio.ts';
import {
  compact,
  compactOrUndefined,
  droppedPaths,
  flattenToolChoice,
  nestToolChoice,
  toExpiresAfter,
  toModalities,
  toOutputModalities,
} from './translate-fields.ts';

/** A translated request for the `client_secrets` call, and the parameters that this call does not support. */
export interface ClientSecretTranslation {
  /** Body for `POST /v1/realtime/client_secrets`. */
  readonly request: ClientSecretCreateRequest;
  /** Paths of the unsupported parameters in the original request, such as `temperature`. */
  readonly dropped: string[];
}

/** A translated request for the `sessions` call, and the parameters that this call does not support. */
export interface SessionTranslation {
  /** Body for `POST /v1/realtime/sessions`. */
  readonly request: SessionCreateRequest;
  /** Paths of the unsupported parameters in the original request, such as `session.reasoning` or `session.tools[1]`. */
  readonly dropped: string[];
}

/**
 * Thrown when a transcription session is translated to the `sessions` call, which opens only conversations. Use the
 * `client_secrets` call, or `toTranscriptionSessionRequest` and `POST /v1/realtime/transcription_sessions`.
 */
export class TranscriptionNotSupportedError extends Error {
  override readonly name = 'TranscriptionNotSupportedError';

  /** Takes no arguments: the message is fixed and never quotes the request. */
  constructor() {
    super(
      'The sessions call cannot open a transcription session. Send the request to /v1/realtime/client_secrets or /v1/realtime/transcription_sessions.',
    );
  }
}

/**
 * Translates a `sessions` request to a `client_secrets` request.
 *
 * @param request - A parsed body of `POST /v1/realtime/sessions`.
 *
 * @example
 * ```ts
 * toClientSecretRequest({ model: 'gpt-realtime-2.1', temperature: 0.8 });
 * // { request: { session: { type: 'realtime', model: 'gpt-realtime-2.1' } }, dropped: ['temperature'] }
 * ```
 */
export function toClientSecretRequest(request: SessionCreateRequest): ClientSecretTranslation {
  const input = nestAudioInput(request);
  const { expires_after, expires_at } = request.client_secret ?? {};
  const session: RealtimeSession = compact({
    type: 'realtime',
    model: request.model,
    output_modalities: request.modalities === undefined ? undefined : toOutputModalities(request.modalities),
    instructions: request.instructions,
    audio: compactOrUndefined({
      input: compactOrUndefined(input.value),
      output: nestAudioOutput(request),
    }),
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
    request: compact({ expires_after: toExpiresAfter(expires_after ?? expires_at), session }),
    dropped: [...droppedPaths('', { temperature }), ...input.dropped],
  };
}

function nestAudioOutput({ voice, speed, output_audio_format: format }: SessionCreateRequest) {
  return compactOrUndefined({
    format: format === undefined ? undefined : nestAudioFormat(format),
    voice,
    speed,
  });
}

/**
 * Translates a `client_secrets` request for a conversation to a `sessions` request.
 *
 * @param request - A parsed body of `POST /v1/realtime/client_secrets`.
 * @throws {@link TranscriptionNotSupportedError} for a transcription session.
 *
 * @example
 * ```ts
 * toSessionRequest({ session: { type: 'realtime', output_modalities: ['audio'] } });
 * // { request: { modalities: ['audio', 'text'] }, dropped: [] }
 * ```
 */
export function toSessionRequest(request: ClientSecretCreateRequest): SessionTranslation {
  const session = request.session ?? { type: 'realtime' };
  if (session.type === 'transcription') throw new TranscriptionNotSupportedError();
  const input = flattenAudioInput(session.audio?.input ?? {});
  const toolChoice = session.tool_choice === undefined ? undefined : flattenToolChoice(session.tool_choice);
  return {
    request: compact({
      model: session.model,
      modalities:
        session.output_modalities === undefined ? undefined : toModalities(session.output_modalities),
      instructions: session.instructions,
      ...input.value,
      ...flattenAudioOutput(session),
      tools: session.tools?.filter(isFunctionTool),
      tool_choice: toolChoice,
      max_response_output_tokens: session.max_output_tokens,
      tracing: session.tracing,
      prompt: session.prompt,
      truncation: session.truncation,
      include: session.include,
      client_secret:
        request.expires_after === undefined ? undefined : { expires_after: request.expires_after },
    }),
    dropped: [...input.dropped, ...droppedFromSession(session, toolChoice)],
  };
}

function flattenAudioOutput({ audio }: RealtimeSession): Partial<SessionCreateRequest> {
  const { format, voice, speed } = audio?.output ?? {};
  return {
    output_audio_format: format === undefined ? undefined : flattenAudioFormat(format.type),
    voice,
    speed,
  };
}

function isFunctionTool(tool: RealtimeTool): tool is FunctionTool {
  return tool.type !== 'mcp';
}

function droppedFromSession(session: RealtimeSession, toolChoice: string | undefined): string[] {
  const { reasoning, parallel_tool_calls } = session;
  const tools = (session.tools ?? []).flatMap((tool, index) =>
    isFunctionTool(tool) ? [] : [`session.tools[${String(index)}]`],
  );
  const tool_choice = toolChoice === undefined ? session.tool_choice : undefined;
  return [...tools, ...droppedPaths('session', { tool_choice, parallel_tool_calls, reasoning })];
}
