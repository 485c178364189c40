import {
  clientSecretCreateRequestSchema,
  issuePaths,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  transcriptionSessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type {
  ClientSecretCreateRequest,
  RealtimeSession,
  TranscriptionSession,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';
import { ApiFailure } from '../http/api-failure.ts';
import { refusal } from '../http/refusal.ts';
import { liftShortLifetime } from './lifetime.ts';
import type { MintCall } from './mint-call.ts';

/** What a create call asks for, whichever call it was. */
export interface MintRequest {
  /** The session to open. */
  readonly session: RealtimeSession | TranscriptionSession;
  /** Lifetime in seconds, when one was named. */
  readonly ttlSeconds: number | undefined;
  /** Sampling temperature, which only the documented call has. */
  readonly temperature?: number | undefined;
}

/** A schema as far as it is used here. */
interface Schema<T> {
  safeParse(
    body: unknown,
  ): { success: true; data: T } | { success: false; error: Parameters<typeof issuePaths>[0] };
}

/**
 * Checks the body of a create call.
 *
 * @param call - Which call.
 * @param body - Parsed JSON.
 * @param minTtlSeconds - Shortest lifetime a request may name.
 * @throws {@link ApiFailure} 400, the documented way.
 */
export function parseMint(call: MintCall, body: unknown, minTtlSeconds: number): MintRequest {
  switch (call) {
    case 'client_secrets': {
      const lifted = liftShortLifetime(body, ['expires_after'], minTtlSeconds);
      return fromLive(check(clientSecretCreateRequestSchema, lifted.body), lifted.seconds);
    }
    case 'sessions': {
      const lifted = liftShortLifetime(body, ['client_secret', 'expires_after'], minTtlSeconds);
      const request = check(sessionCreateRequestSchema, lifted.body);
      const live = fromLive(toClientSecretRequest(request).request, lifted.seconds);
      return { ...live, temperature: request.temperature ?? 0.8 };
    }
    case 'transcription_sessions': {
      const lifted = liftShortLifetime(body, ['client_secret', 'expires_at'], minTtlSeconds);
      return fromTranscription(check(transcriptionSessionCreateRequestSchema, lifted.body), lifted.seconds);
    }
  }
}

function check<T>(schema: Schema<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiFailure(400, refusal(issuePaths(parsed.error, body), ''));
}

function fromLive(request: ClientSecretCreateRequest, short: number | undefined): MintRequest {
  return {
    session: request.session ?? { type: 'realtime' },
    ttlSeconds: short ?? request.expires_after?.seconds,
  };
}

function fromTranscription(
  request: TranscriptionSessionCreateRequest,
  short: number | undefined,
): MintRequest {
  const { client_secret, ...flat } = request;
  const { session } = toClientSecretRequest({ ...flat, include: undefined }).request;
  const input = session?.audio?.input;
  return {
    session: { type: 'transcription', ...(input === undefined ? {} : { audio: { input } }) },
    ttlSeconds: short ?? client_secret?.expires_at?.seconds,
  };
}
