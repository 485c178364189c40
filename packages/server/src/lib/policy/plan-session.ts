import { clientSecretCreateRequestSchema, sessionCreateRequestSchema } from '@realtime-session/protocol';
import type { ClientSecretCreateRequest, SessionCreateRequest } from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import type { UpstreamApi } from '../upstream/upstream.ts';
import { belowTokenCeiling, belowTtlCeiling } from './ceilings.ts';
import { forUpstream } from './for-upstream.ts';
import type { ConversationParams } from './for-upstream.ts';
import { clashRefusal } from './issue-refusal.ts';
import { mergePinned } from './merge-pinned.ts';
import { planTranscription } from './plan-transcription.ts';
import type { PlanInput, SessionPlan } from './session-plan.ts';

function validBody(
  params: JsonObject,
  api: UpstreamApi,
  ttlSeconds: number,
): ClientSecretCreateRequest | SessionCreateRequest {
  const expires_after = { anchor: 'created_at', seconds: ttlSeconds };
  const live = { expires_after, session: params };
  const flat = { ...params, client_secret: { expires_after } };
  const [schema, body] =
    api === 'client_secrets' ? [clientSecretCreateRequestSchema, live] : [sessionCreateRequestSchema, flat];
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw clashRefusal(result.error, body);
}

function planConversation(
  client: ConversationParams,
  pinned: ConversationParams,
  input: PlanInput,
): SessionPlan {
  const { api, ceilings } = input;
  const asked = forUpstream(client, api);
  const said = forUpstream(pinned, api);
  const params = belowTokenCeiling(mergePinned(asked.params, said.params), api, ceilings);
  const ttlSeconds = belowTtlCeiling(input.client.ttlSeconds, ceilings);
  const { model } = params;
  return {
    api,
    body: validBody(params, api, ttlSeconds),
    model: typeof model === 'string' ? model : undefined,
    ttlSeconds,
    dropped: [...new Set([...said.dropped, ...asked.dropped])],
  };
}

/** A client may name the type of session, not change it. */
function wrongType(): never {
  throw new Refusal('invalid_field', { path: 'type' });
}

/**
 * Puts together what goes to the upstream: the client's parameters under the owner's and below the ceilings, in the words
 * of the call.
 *
 * @throws Refusal `invalid_field` when the two do not go together.
 */
export function planSession(input: PlanInput): SessionPlan {
  const { pinned } = input;
  const client = input.client.parsed;
  if (pinned.kind === 'transcription') {
    if (client.kind === 'nested' && client.type === 'given') wrongType();
    return planTranscription({ ...input, pinned });
  }
  if (client.kind === 'transcription') return wrongType();
  return planConversation(client, pinned, input);
}
