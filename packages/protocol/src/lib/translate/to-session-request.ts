import type { ClientSecretCreateRequest } from '../client-secrets/client-secret-create-request.ts';
import type { RealtimeSession } from '../client-secrets/realtime-session.ts';
import type { RealtimeTool } from '../client-secrets/tools.ts';
import type { SessionCreateRequest } from '../sessions/session-create-request.ts';
import type { FunctionTool } from '../shared/function-tool.ts';
import { flattenAudioFormat } from './audio-format.ts';
import { flattenAudioInput } from './audio-input.ts';
import { compact } from './compact.ts';
import { toModalities } from './modalities.ts';
import { flattenToolChoice } from './tool-choice.ts';
import { TranscriptionNotExpressibleError } from './transcription-not-expressible-error.ts';
import { droppedPaths } from './translated.ts';

/** A request for the documented call, and what of the live request it cannot say. */
export interface SessionTranslation {
  /** Body for `POST /v1/realtime/sessions`. */
  readonly request: SessionCreateRequest;
  /** Paths of parameters the documented call does not have, such as `session.reasoning` or `session.tools[1]`. */
  readonly dropped: string[];
}

/**
 * Says a live `client_secrets` request in the words of the documented `sessions` call.
 *
 * @param request - A parsed body of `POST /v1/realtime/client_secrets`.
 * @throws {@link TranscriptionNotExpressibleError} for a transcription session.
 *
 * @example
 * ```ts
 * toSessionRequest({ session: { type: 'realtime', output_modalities: ['audio'] } });
 * // { request: { modalities: ['audio', 'text'] }, dropped: [] }
 * ```
 */
export function toSessionRequest(request: ClientSecretCreateRequest): SessionTranslation {
  const session = request.session ?? { type: 'realtime' };
  if (session.type === 'transcription') throw new TranscriptionNotExpressibleError();
  const input = flattenAudioInput(session.audio?.input ?? {});
  const choice = session.tool_choice === undefined ? undefined : flattenToolChoice(session.tool_choice);
  return {
    request: compact({
      model: session.model,
      modalities:
        session.output_modalities === undefined ? undefined : toModalities(session.output_modalities),
      instructions: session.instructions,
      ...input.value,
      ...flattenAudioOutput(session),
      tools: session.tools?.filter(isFunctionTool),
      tool_choice: choice,
      max_response_output_tokens: session.max_output_tokens,
      tracing: session.tracing,
      prompt: session.prompt,
      truncation: session.truncation,
      include: session.include,
      client_secret:
        request.expires_after === undefined ? undefined : { expires_after: request.expires_after },
    }),
    dropped: [...input.dropped, ...droppedFromSession(session, choice)],
  };
}

function flattenAudioOutput({ audio }: RealtimeSession): Partial<SessionCreateRequest> {
  const { format, voice, speed } = audio?.output ?? {};
  return { output_audio_format: format === undefined ? undefined : flattenAudioFormat(format), voice, speed };
}

function isFunctionTool(tool: RealtimeTool): tool is FunctionTool {
  return tool.type !== 'mcp';
}

function droppedFromSession(session: RealtimeSession, choice: string | undefined): string[] {
  const { reasoning, parallel_tool_calls } = session;
  const tools = (session.tools ?? []).flatMap((tool, index) =>
    isFunctionTool(tool) ? [] : [`session.tools[${String(index)}]`],
  );
  const tool_choice = choice === undefined ? session.tool_choice : undefined;
  return [...tools, ...droppedPaths('session', { tool_choice, parallel_tool_calls, reasoning })];
}
