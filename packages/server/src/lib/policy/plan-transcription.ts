import { toTranscriptionSessionRequest, transcriptionSessionSchema } from '@realtime-session/protocol';
import type { ExpiresAfter } from '@realtime-session/protocol';
import { asTranscription } from './as-transcription.ts';
import { belowTtlCeiling } from './ceilings.ts';
import { clashRefusal } from './issue-refusal.ts';
import { mergePinned } from './merge-pinned.ts';
import type { ParsedParams } from './parse-params.ts';
import type { PlanInput, SessionPlan } from './session-plan.ts';

/** What the plan of a transcription session is made from. */
export interface TranscriptionInput extends PlanInput {
  /** What the owner says. */
  readonly pinned: Extract<ParsedParams, { readonly kind: 'transcription' }>;
}

/**
 * Puts together what goes to the upstream for a session that only transcribes.
 *
 * @throws Refusal `unknown_field` or `invalid_field` when the client asks for what such a session does not have.
 */
export function planTranscription(input: TranscriptionInput): SessionPlan {
  const asked = asTranscription(input.client.parsed);
  const params = mergePinned(asked.params, input.pinned.params);
  const merged = transcriptionSessionSchema.safeParse(params);
  if (!merged.success) throw clashRefusal(merged.error, params);
  const session = merged.data;
  const ttlSeconds = belowTtlCeiling(input.client.ttlSeconds, input.ceilings);
  const expires_after: ExpiresAfter = { anchor: 'created_at', seconds: ttlSeconds };
  const model = session.audio?.input?.transcription?.model;
  if (input.api === 'client_secrets') {
    const body = { expires_after, session };
    return { api: input.api, body, model, ttlSeconds, dropped: asked.dropped };
  }
  const { request, dropped } = toTranscriptionSessionRequest({ expires_after, session });
  const all = [...asked.dropped, ...dropped];
  return { api: 'transcription_sessions', body: request, model, ttlSeconds, dropped: all };
}
