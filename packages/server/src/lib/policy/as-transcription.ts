import {
  toTranscriptionClientSecretRequest,
  transcriptionSessionCreateRequestSchema,
  transcriptionSessionSchema,
} from '@realtime-session/protocol';
import { schemaRefusal } from './issue-refusal.ts';
import type { ParsedParams } from './parse-params.ts';
import type { TranslatedParams } from './translated-params.ts';

/**
 * What a client asks of a session that only transcribes, in the words of the live call. Flat parameters are those of the
 * documented `transcription_sessions` call.
 *
 * @param client - Allowed and validated, but perhaps meant for a conversation.
 * @throws Refusal `unknown_field` or `invalid_field` for what a transcription session does not have.
 */
export function asTranscription(client: ParsedParams): TranslatedParams {
  if (client.kind === 'flat') {
    const flat = transcriptionSessionCreateRequestSchema.safeParse(client.params);
    if (!flat.success) throw schemaRefusal(flat.error, client.params);
    const { request, dropped } = toTranscriptionClientSecretRequest(flat.data);
    return { params: { ...request.session }, dropped };
  }
  const params = { ...client.params, type: 'transcription' };
  const nested = transcriptionSessionSchema.safeParse(params);
  if (!nested.success) throw schemaRefusal(nested.error, params);
  return { params: nested.data, dropped: [] };
}
