import type { TranscriptionSession } from '../client-secrets/transcription-session.ts';
import { isInclude } from '../shared/generation-settings.ts';
import type { TranscriptionSessionCreateRequest } from '../transcription-sessions/transcription-session-create-request.ts';
import { nestAudioInput } from './audio-input.ts';
import { compact, compactOrNothing } from './compact.ts';
import { toExpiresAfter } from './expires-after.ts';
import type { ClientSecretTranslation } from './to-client-secret-request.ts';
import { droppedPaths } from './translated.ts';

/**
 * Says a documented `transcription_sessions` request in the words of the live `client_secrets` call.
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
    audio: compactOrNothing({ input: compactOrNothing(input.value) }),
    include: include?.filter(isInclude),
  });
  const strange = (include ?? []).flatMap((word, index) =>
    isInclude(word) ? [] : [`include[${String(index)}]`],
  );
  return {
    request: compact({ expires_after: toExpiresAfter(request.client_secret?.expires_at), session }),
    dropped: [...droppedPaths('', { modalities }), ...strange, ...input.dropped],
  };
}
