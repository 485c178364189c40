import { clientSecretCreateRequestSchema, sessionCreateRequestSchema } from '@realtime-session/protocol';
import type {
  ClientSecretCreateRequest,
  SessionCreateRequest,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import type { UpstreamCall } from '../upstream/upstream.ts';
import { belowTokenCeiling, belowTtlCeiling } from './ceilings.ts';
import type { Ceilings } from './ceilings.ts';
import type { ClientAsk } from './client-params.ts';
import { forUpstream } from './for-upstream.ts';
import type { ConversationParams } from './for-upstream.ts';
import { clashRefusal } from './issue-refusal.ts';
import { mergePinned } from './merge-pinned.ts';
import type { ParsedParams } from './parse-params.ts';
import { planTranscription } from './plan-transcription.ts';

/** What goes to the upstream. */
export interface SessionPlan {
  /** Which call it is for. An upstream that speaks `sessions` has a sibling of it for transcription. */
  readonly call: UpstreamCall | 'transcription_sessions';
  /** Body of the create-session call, valid by its schema. */
  readonly body: ClientSecretCreateRequest | SessionCreateRequest | TranscriptionSessionCreateRequest;
  /** The model asked for, when one is. */
  readonly model: string | undefined;
  /** Lifetime asked for, in seconds. */
  readonly ttlSeconds: number;
  /** Paths of parameters the call has no word for. */
  readonly dropped: readonly string[];
}

/** What a plan is made from. */
export interface PlanInput {
  /** What the client asked for, allowed and validated. */
  readonly client: ClientAsk;
  /** What the owner says. */
  readonly pinned: ParsedParams;
  /** What no session exceeds. */
  readonly ceilings: Ceilings;
  /** What the upstream speaks. */
  readonly call: UpstreamCall;
}

function validBody(
  params: JsonObject,
  call: UpstreamCall,
  ttlSeconds: number,
): ClientSecretCreateRequest | SessionCreateRequest {
  const expires_after = { anchor: 'created_at', seconds: ttlSeconds };
  const live = { expires_after, session: params };
  const flat = { ...params, client_secret: { expires_after } };
  const [schema, body] =
    call === 'client_secrets' ? [clientSecretCreateRequestSchema, live] : [sessionCreateRequestSchema, flat];
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw clashRefusal(result.error, body);
}

function planConversation(
  client: ConversationParams,
  pinned: ConversationParams,
  input: PlanInput,
): SessionPlan {
  const { call, ceilings } = input;
  const asked = forUpstream(client, call);
  const said = forUpstream(pinned, call);
  const params = belowTokenCeiling(mergePinned(asked.params, said.params), call, ceilings);
  const ttlSeconds = belowTtlCeiling(input.client.ttlSeconds, ceilings);
  const { model } = params;
  return {
    call,
    body: validBody(params, call, ttlSeconds),
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
