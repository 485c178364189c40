import type { TranscriptionSession } from '../client-secrets/transcription-session.ts';
import type { ExpiresAfter } from '../shared/expires-after.ts';
import type { TranscriptionSessionCreateRequest } from '../transcription-sessions/transcription-session-create-request.ts';
import { flattenAudioInput } from './audio-input.ts';
import { compact } from './compact.ts';

/** A live request for a transcription session: a parsed body of `client_secrets` whose session has that type. */
export interface LiveTranscriptionRequest {
  /** When the token stops opening sessions. */
  readonly expires_after?: ExpiresAfter | undefined;
  /** The session. */
  readonly session: TranscriptionSession;
}

/** A request for the documented `transcription_sessions` call, and what of the live request it cannot say. */
export interface TranscriptionSessionTranslation {
  /** Body for `POST /v1/realtime/transcription_sessions`. */
  readonly request: TranscriptionSessionCreateRequest;
  /** Paths of parameters that call does not have, such as `session.audio.input.noise_reduction.strength`. */
  readonly dropped: string[];
}

/**
 * Says a live request for a transcription session in the words of the documented `transcription_sessions` call.
 *
 * @param request - A parsed body of `POST /v1/realtime/client_secrets`, its session of type `transcription`.
 *
 * @example
 * ```ts
 * toTranscriptionSessionRequest({ session: { type: 'transcription', audio: { input: { turn_detection: null } } } });
 * // { request: { turn_detection: null }, dropped: [] }
 * ```
 */
export function toTranscriptionSessionRequest(
  request: LiveTranscriptionRequest,
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
