import type { TranscriptionSession } from './client-secrets.ts';
import { isInclude } from './session-fields.ts';
import type { ExpiresAfter } from './token-fields.ts';
import type { TranscriptionSessionCreateRequest } from './sessions.ts';
import { flattenAudioInput, nestAudioInput } from './translate-audio.ts';
import { compact, compactOrUndefined, droppedPaths, toExpiresAfter } from './translate-fields.ts';
import type { ClientSecretTranslation } from './translate-request.ts';

/** A parsed body of the `client_secrets` call whose session is a transcription session. */
export interface TranscriptionClientSecretRequest {
  /** Lifetime of the token. */
  readonly expires_after?: ExpiresAfter | undefined;
  /** The session. */
  readonly session: TranscriptionSession;
}

/** A translated request for the `transcription_sessions` call, and the parameters that this call does not support. */
export interface TranscriptionSessionTranslation {
  /** Body for `POST /v1/realtime/transcription_sessions`. */
  readonly request: TranscriptionSessionCreateRequest;
  /** Paths of the unsupported parameters in the original request, such as `session.audio.input.noise_reduction.strength`. */
  readonly dropped: string[];
}

/**
 * Translates a `transcription_sessions` request to a `client_secrets` request.
 *
 * @param request - A parsed body of `POST /v1/realtime/transcription_sessions`.
 *
 * @example
 * ```ts
 * toTranscriptionClientSecretRequest({ input_audio_format: 'g711_ulaw', modalities: ['text'] });
 * // request: { session: { type: 'transcription', audio: { input: { format: { type: 'audio/pcmu' } } } } }
 * // dropped: ['modalities']
 * ```
 */
export function toTranscriptionClientSecretRequest(
  request: TranscriptionSessionCreateRequest,
): ClientSecretTranslation {
  const { modalities, include } = request;
  const input = nestAudioInput(request);
  const session: TranscriptionSession = compact({
    type: 'transcription',
    audio: compactOrUndefined({ input: compactOrUndefined(input.value) }),
    include: include?.filter(isInclude),
  });
  const unknownIncludes = (include ?? []).flatMap((value, index) =>
    isInclude(value) ? [] : [`include[${String(index)}]`],
  );
  return {
    request: compact({ expires_after: toExpiresAfter(request.client_secret?.expires_at), session }),
    dropped: [...droppedPaths('', { modalities }), ...unknownIncludes, ...input.dropped],
  };
}

/**
 * Translates a `client_secrets` request for a transcription session to a `transcription_sessions` request.
 *
 * @param request - A parsed body of `POST /v1/realtime/client_secrets` with a session of type `transcription`.
 *
 * @example
 * ```ts
 * toTranscriptionSessionRequest({ session: { type: 'transcription', audio: { input: { turn_detection: null } } } });
 * // { request: { turn_detection: null }, dropped: [] }
 * ```
 */
export function toTranscriptionSessionRequest(
  request: TranscriptionClientSecretRequest,
): TranscriptionSessionTranslation {
  const { session, expires_after } = request;
  const input = flattenAudioInput(session.audio?.input ?? {});
  return {
    request: compact({
      ...input.value,
      include: session.include,
      client_secret: expires_after === undefined ? undefined : { expires_at: expires_after },
    }),
    dropped: [...input.dropped],
  };
}
