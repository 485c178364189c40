import {
  MIN_TTL_SECONDS,
  clientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  toSessionRequest,
  toTranscriptionClientSecretRequest,
  toTranscriptionSessionRequest,
  transcriptionSessionCreateRequestSchema,
  transcriptionSessionSchema,
} from '@realtime-session/protocol';
import type { ExpiresAfter } from '@realtime-session/protocol';
import { ProblemError } from '../problem.ts';
import type { MintRequest, UpstreamApi } from '../upstream/providers.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { ClientRequest } from './client.ts';
import { conflictError, schemaError } from './params.ts';
import type { ParsedParams } from './params.ts';
import { addUnknown } from './unknown-fields.ts';

/** Limits that no session exceeds. */
export interface Caps {
  /** Longest lifetime of a token, and the default if the client does not ask for a shorter one. */
  readonly ttlSeconds: number;
  /** Most output tokens of one response. */
  readonly maxOutputTokens: number | undefined;
}

export interface SessionPlan extends MintRequest {
  readonly model: string | undefined;
  /** Paths of parameters that the upstream's call does not support. */
  readonly dropped: readonly string[];
}

export interface PlanInput {
  readonly client: ClientRequest;
  /** The owner's parameters. */
  readonly pinned: ParsedParams;
  readonly caps: Caps;
  readonly api: UpstreamApi;
}

type TranscriptionParams = Extract<ParsedParams, { readonly kind: 'transcription' }>;
type ConversationParams = Extract<ParsedParams, { readonly kind: 'flat' | 'nested' }>;

/** Parameters of one of the calls, and the paths of those it does not support. */
interface TranslatedParams {
  readonly params: UnknownRecord;
  readonly dropped: readonly string[];
}

const maxTokensKey = {
  client_secrets: 'max_output_tokens',
  sessions: 'max_response_output_tokens',
} as const satisfies Record<UpstreamApi, string>;

/** Merges objects member by member. Everything else, including lists, is the owner's value if the owner set one. */
export function mergePinned(client: UnknownRecord, pinned: UnknownRecord): UnknownRecord {
  const merged: Record<string, unknown> = { ...client };
  for (const [key, value] of Object.entries(pinned)) {
    const other = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isRecord(value) && isRecord(other) ? mergePinned(other, value) : value;
  }
  return merged;
}

/** Limits the output tokens of a response. No limit and `inf` become the cap. */
function capOutputTokens(params: UnknownRecord, api: UpstreamApi, { maxOutputTokens }: Caps): UnknownRecord {
  if (maxOutputTokens === undefined) return params;
  const key = maxTokensKey[api];
  const requested = params[key];
  const limit = typeof requested === 'number' ? Math.min(requested, maxOutputTokens) : maxOutputTokens;
  return { ...params, [key]: limit };
}

/** Lifetime of the token in seconds: what the client asks for, up to the cap. */
export function capTtl({ client, caps }: Pick<PlanInput, 'client' | 'caps'>): number {
  return Math.min(client.ttlSeconds ?? caps.ttlSeconds, caps.ttlSeconds);
}

/** Translates the parameters of a conversation to the call that the upstream supports. */
function translateForUpstream(parsed: ConversationParams, api: UpstreamApi): TranslatedParams {
  switch (api) {
    case 'client_secrets': {
      if (parsed.kind === 'nested') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toClientSecretRequest(parsed.params);
      return { params: { ...request.session }, dropped };
    }
    case 'sessions': {
      if (parsed.kind === 'flat') return { params: parsed.params, dropped: [] };
      const { request, dropped } = toSessionRequest({ session: parsed.params });
      return { params: request, dropped };
    }
  }
}

/** Validates a body for the upstream. What the schemas do not know is added after that. */
function checkBody(body: UnknownRecord, api: UpstreamApi): void {
  const schema = api === 'client_secrets' ? clientSecretCreateRequestSchema : sessionCreateRequestSchema;
  const result = schema.safeParse(body);
  if (!result.success) throw conflictError(result.error, body);
}

function planConversation(
  client: ConversationParams,
  pinned: ConversationParams,
  input: PlanInput,
): SessionPlan {
  const { api, caps } = input;
  const fromClient = translateForUpstream(client, api);
  const fromOwner = translateForUpstream(pinned, api);
  const ttlSeconds = capTtl(input);
  const expires_after: ExpiresAfter = { anchor: 'created_at', seconds: ttlSeconds };
  const toBody = (params: UnknownRecord): UnknownRecord =>
    api === 'client_secrets'
      ? { expires_after, session: params }
      : { ...params, client_secret: { expires_after } };
  const known = capOutputTokens(mergePinned(fromClient.params, fromOwner.params), api, caps);
  checkBody(toBody(known), api);
  const hasUnknown = client.unknown.length > 0 || pinned.unknown.length > 0;
  const params = hasUnknown
    ? capOutputTokens(
        mergePinned(addUnknown(fromClient.params, client, api), addUnknown(fromOwner.params, pinned, api)),
        api,
        caps,
      )
    : known;
  const { model } = params;
  return {
    api,
    body: toBody(params),
    model: typeof model === 'string' ? model : undefined,
    ttlSeconds,
    dropped: [...new Set([...fromOwner.dropped, ...fromClient.dropped])],
  };
}

/**
 * Translates a client's parameters for a session that only transcribes to the live call. Flat parameters are those of the
 * documented `transcription_sessions` call.
 *
 * @throws ProblemError `unknown_field` or `invalid_field` for parameters that a transcription session does not have.
 */
function toTranscriptionParams(client: ConversationParams | TranscriptionParams): TranslatedParams {
  if (client.kind === 'flat') {
    const flat = transcriptionSessionCreateRequestSchema.safeParse(client.params);
    if (!flat.success) throw schemaError(flat.error, client.params);
    const { request, dropped } = toTranscriptionClientSecretRequest(flat.data);
    return { params: { ...request.session }, dropped };
  }
  const params = { ...client.params, type: 'transcription' };
  const nested = transcriptionSessionSchema.safeParse(params);
  if (!nested.success) throw schemaError(nested.error, params);
  return { params: nested.data, dropped: [] };
}

function planTranscription(
  client: ConversationParams | TranscriptionParams,
  pinned: TranscriptionParams,
  input: PlanInput,
): SessionPlan {
  const fromClient = toTranscriptionParams(client);
  const params = mergePinned(fromClient.params, pinned.params);
  const merged = transcriptionSessionSchema.safeParse(params);
  if (!merged.success) throw conflictError(merged.error, params);
  const session = merged.data;
  const addAll = (known: UnknownRecord, api: UpstreamApi): UnknownRecord =>
    addUnknown(addUnknown(known, client, api), pinned, api);
  const ttlSeconds = capTtl(input);
  const expires_after: ExpiresAfter = { anchor: 'created_at', seconds: ttlSeconds };
  const model = session.audio?.input?.transcription?.model;
  if (input.api === 'client_secrets') {
    const body = { expires_after, session: addAll(session, input.api) };
    return { api: input.api, body, model, ttlSeconds, dropped: fromClient.dropped };
  }
  const { request, dropped } = toTranscriptionSessionRequest({ expires_after, session });
  const allDropped = [...fromClient.dropped, ...dropped];
  const body = addAll(request, input.api);
  return { api: 'transcription_sessions', body, model, ttlSeconds, dropped: allDropped };
}

/** The session of a call, and what the request for it dropped. */
export interface CallPlan extends Pick<SessionPlan, 'model' | 'dropped'> {
  /** In the parameters of the API. */
  readonly session: UnknownRecord;
}

/**
 * Builds the session of a call like that of a token, whose lifetime a call does not have.
 *
 * @throws ProblemError `invalid_field` if the parameters of client and owner conflict.
 */
export function planCallSession({
  client,
  pinned,
  maxOutputTokens,
}: Pick<PlanInput, 'client' | 'pinned'> & Pick<Caps, 'maxOutputTokens'>): CallPlan {
  const caps: Caps = { ttlSeconds: MIN_TTL_SECONDS, maxOutputTokens };
  const { body, model, dropped } = planSession({ client, pinned, caps, api: 'client_secrets' });
  const session = 'session' in body && isRecord(body.session) ? body.session : {};
  return { session, model, dropped };
}

/** Sessions that are not those of the Realtime API's `client_secrets` call have plans of their own. */
function isForeign(parsed: ParsedParams): parsed is Extract<ParsedParams, { kind: 'live' | 'translation' }> {
  return parsed.kind === 'live' || parsed.kind === 'translation';
}

function typeConflict(): ProblemError {
  return new ProblemError('invalid_field', { path: 'type' });
}

/**
 * Builds the request to the upstream: the client's parameters, overridden by the owner's and limited by the caps, translated
 * to the upstream's call. A client may name the type of the session but not change it.
 *
 * @throws ProblemError `invalid_field` if the two conflict.
 */
export function planSession(input: PlanInput): SessionPlan {
  const { pinned } = input;
  const client = input.client.parsed;
  if (isForeign(pinned) || isForeign(client)) throw typeConflict();
  if (pinned.kind === 'transcription') {
    if (client.kind === 'nested' && client.type === 'given') throw typeConflict();
    return planTranscription(client, pinned, input);
  }
  if (client.kind === 'transcription') throw typeConflict();
  return planConversation(client, pinned, input);
}
