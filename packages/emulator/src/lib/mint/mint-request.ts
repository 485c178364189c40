import {
  clientSecretCreateRequestSchema,
  MIN_TTL_SECONDS,
  realtimeTranslationClientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  transcriptionSessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type {
  ClientSecretCreateRequest,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';
import { validate } from '../http/request.ts';
import { isRecord } from '../shared/json.ts';
import type { MintApi } from '../state/emulator-event.ts';
import type { RequestedSession } from '../state/session-config.ts';
import type { RequestedTranslation } from '../state/translation-config.ts';

/** A token request, independent of the endpoint it was sent to. */
export interface MintRequest {
  readonly session: RequestedSession | RequestedTranslation;
  /** `undefined` if the request does not set a lifetime. */
  readonly ttlSeconds: number | undefined;
  /** Sampling temperature, which only `sessions` has. */
  readonly temperature?: number | undefined;
}

/** Throws {@link HttpError} 400 for an invalid body. `minTtlSeconds` is the shortest lifetime a request can set. */
export function parseMintRequest(api: MintApi, body: unknown, minTtlSeconds: number): MintRequest {
  switch (api) {
    case 'client_secrets': {
      const lifted = liftShortTtl(body, ['expires_after'], minTtlSeconds);
      return fromClientSecret(validate(clientSecretCreateRequestSchema, lifted.body), lifted.ttlSeconds);
    }
    case 'translations/client_secrets': {
      const lifted = liftShortTtl(body, ['expires_after'], minTtlSeconds);
      const request = validate(realtimeTranslationClientSecretCreateRequestSchema, lifted.body);
      return {
        session: { type: 'translation', ...request.session },
        ttlSeconds: lifted.ttlSeconds ?? request.expires_after?.seconds,
      };
    }
    case 'sessions': {
      const lifted = liftShortTtl(body, ['client_secret', 'expires_after'], minTtlSeconds);
      const request = validate(sessionCreateRequestSchema, lifted.body);
      const { request: translated } = toClientSecretRequest(request);
      return {
        ...fromClientSecret(translated, lifted.ttlSeconds),
        temperature: request.temperature ?? 0.8,
      };
    }
    case 'transcription_sessions': {
      const lifted = liftShortTtl(body, ['client_secret', 'expires_at'], minTtlSeconds);
      return fromTranscription(
        validate(transcriptionSessionCreateRequestSchema, lifted.body),
        lifted.ttlSeconds,
      );
    }
  }
}

function fromClientSecret(
  request: ClientSecretCreateRequest,
  shortTtlSeconds: number | undefined,
): MintRequest {
  return {
    session: request.session ?? { type: 'realtime' },
    ttlSeconds: shortTtlSeconds ?? request.expires_after?.seconds,
  };
}

function fromTranscription(
  request: TranscriptionSessionCreateRequest,
  shortTtlSeconds: number | undefined,
): MintRequest {
  const { client_secret, ...flat } = request;
  const { session } = toClientSecretRequest({ ...flat, include: undefined }).request;
  const input = session?.audio?.input;
  return {
    session: { type: 'transcription', ...(input === undefined ? {} : { audio: { input } }) },
    ttlSeconds: shortTtlSeconds ?? client_secret?.expires_at?.seconds,
  };
}

interface LiftedTtl {
  /** The body with the lifetime raised to the documented minimum, so that the schema can validate the rest. */
  readonly body: unknown;
  /** The requested lifetime; `undefined` if it was not raised. */
  readonly ttlSeconds: number | undefined;
}

/**
 * Hides a lifetime between the emulator's minimum and the documented 10 seconds from the schema. `path` leads to the lifetime
 * object, such as `['expires_after']`.
 */
function liftShortTtl(body: unknown, path: readonly string[], minTtlSeconds: number): LiftedTtl {
  const [key, ...rest] = path;
  if (!isRecord(body)) return { body, ttlSeconds: undefined };
  if (key === undefined) {
    const { seconds } = body;
    return isShortTtl(seconds, minTtlSeconds)
      ? { body: { ...body, seconds: MIN_TTL_SECONDS }, ttlSeconds: seconds }
      : { body, ttlSeconds: undefined };
  }
  if (!Object.hasOwn(body, key)) return { body, ttlSeconds: undefined };
  const inner = liftShortTtl(body[key], rest, minTtlSeconds);
  return { body: { ...body, [key]: inner.body }, ttlSeconds: inner.ttlSeconds };
}

function isShortTtl(seconds: unknown, minTtlSeconds: number): seconds is number {
  return Number.isInteger(seconds) && Number(seconds) >= minTtlSeconds && Number(seconds) < MIN_TTL_SECONDS;
}
