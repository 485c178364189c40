import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  clientSecretCreateResponseSchema,
  sessionCreateRequestSchema,
  sessionCreateResponseSchema,
  toClientSecretRequest,
  toClientSecretResponse,
  toSessionResponse,
  transcriptionSessionCreateRequestSchema,
} from '@realtime-session/protocol';
import { documented } from './fixtures/documented-examples.ts';

const { sessions, clientSecrets, transcriptionSessions } = documented;

describe('the examples of the API reference', () => {
  it.each([
    ['sessions', sessionCreateRequestSchema, sessions.request],
    ['client_secrets', clientSecretCreateRequestSchema, clientSecrets.request],
    ['transcription_sessions', transcriptionSessionCreateRequestSchema, transcriptionSessions.request],
  ])('accepts the %s request unchanged', (_call, schema, example) => {
    expect(schema.parse(example)).toEqual(example);
  });

  it('accepts the sessions response unchanged', () => {
    expect(sessionCreateResponseSchema.parse(sessions.response)).toEqual(sessions.response);
  });

  it('accepts the client_secrets response unchanged', () => {
    expect(clientSecretCreateResponseSchema.parse(clientSecrets.response)).toEqual(clientSecrets.response);
  });

  it('rejects the transcription_sessions response, whose token is null', () => {
    expect(sessionCreateResponseSchema.safeParse(transcriptionSessions.response).success).toBe(false);
  });

  it('accepts the transcription_sessions response with a token, and keeps its type in the translation', () => {
    const client_secret = { value: 'ek_abc123', expires_at: 1_742_188_000 };
    const response = sessionCreateResponseSchema.parse({ ...transcriptionSessions.response, client_secret });
    expect(toClientSecretResponse(response)).toMatchObject({
      value: 'ek_abc123',
      expires_at: 1_742_188_000,
      session: { type: 'transcription', id: 'sess_BBwZc7cFV3XizEyKGDCGL', expires_at: 1_742_188_264 },
    });
  });

  it('translates the sessions request to the client_secrets request', () => {
    const parsed = sessionCreateRequestSchema.parse(sessions.request);
    expect(toClientSecretRequest(parsed)).toEqual({
      request: {
        session: {
          type: 'realtime',
          model: 'gpt-realtime',
          output_modalities: ['audio'],
          instructions: 'You are a friendly assistant.',
        },
      },
      dropped: [],
    });
  });

  it('does not change a response in a round trip', () => {
    const nested = clientSecretCreateResponseSchema.parse(clientSecrets.response);
    expect(toClientSecretResponse(toSessionResponse(nested))).toEqual(clientSecrets.response);
    const flat = sessionCreateResponseSchema.parse(sessions.response);
    expect(toSessionResponse(toClientSecretResponse(flat))).toEqual(sessions.response);
  });
});
