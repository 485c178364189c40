import {
  clientSecretCreateRequestSchema,
  issuePaths,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type { ClientSecretCreateRequest, SessionCreateRequest } from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import type { UpstreamCall } from '../upstream/upstream.ts';
import { forUpstream } from './for-upstream.ts';
import { mergePinned } from './merge-pinned.ts';
import type { ParsedParams } from './parse-params.ts';

/** What goes to the upstream. */
export interface SessionPlan {
  /** Body of the create-session call, valid by its schema. */
  readonly body: ClientSecretCreateRequest | SessionCreateRequest;
  /** The model asked for, when one is. */
  readonly model: string | undefined;
  /** Paths of parameters the call has no word for. */
  readonly dropped: readonly string[];
}

/** What a plan is made from. */
export interface PlanInput {
  /** What the client asked for, allowed and validated. */
  readonly client: ParsedParams;
  /** What the owner says. */
  readonly pinned: ParsedParams;
  /** Lifetime of the token, in seconds. */
  readonly ttlSeconds: number;
  /** What the upstream speaks. */
  readonly call: UpstreamCall;
}

function bodyOf(params: JsonObject, input: PlanInput): JsonObject {
  const expires_after = { anchor: 'created_at', seconds: input.ttlSeconds };
  return input.call === 'client_secrets'
    ? { expires_after, session: params }
    : { ...params, client_secret: { expires_after } };
}

function validBody(body: JsonObject, call: UpstreamCall): SessionPlan['body'] {
  const schema = call === 'client_secrets' ? clientSecretCreateRequestSchema : sessionCreateRequestSchema;
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  // Each half was valid: what the client asked for does not go together with what the owner pinned.
  const path = issuePaths(result.error, body)[0]?.path.replace(/^session\./, '') ?? '';
  throw new Refusal('invalid_field', { path });
}

/** A client may name the type of session, not change it. */
function checkType(client: ParsedParams, pinned: ParsedParams): void {
  if (client.generation !== 'nested' || client.type === 'assumed') return;
  const type = pinned.generation === 'nested' ? pinned.params.type : 'realtime';
  if (client.params.type !== type) throw new Refusal('invalid_field', { path: 'type' });
}

/**
 * Puts together what goes to the upstream: the client's parameters under the owner's, in the words of the call.
 *
 * @throws Refusal `invalid_field` when the two do not go together.
 */
export function planSession(input: PlanInput): SessionPlan {
  checkType(input.client, input.pinned);
  const client = forUpstream(input.client, input.call);
  const pinned = forUpstream(input.pinned, input.call);
  const params = mergePinned(client.params, pinned.params);
  const { model } = params;
  return {
    body: validBody(bodyOf(params, input), input.call),
    model: typeof model === 'string' ? model : undefined,
    dropped: [...new Set([...pinned.dropped, ...client.dropped])],
  };
}
