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

describe('the examples of the reference', () => {
  it.each([
    ['sessions', sessionCreateRequestSchema, sessions.request],
    ['client_secrets', clientSecretCreateRequestSchema, clientSecrets.request],
    ['transcription_sessions', transcriptionSessionCreateRequestSchema, transcriptionSessions.request],
  ])('of the %s request pass unchanged', (_call, schema, example) => {
    expect(schema.parse(example)).toEqual(example);
  });

  it('of the sessions answer pass unchanged', () => {
    expect(sessionCreateResponseSchema.parse(sessions.answer)).toEqual(sessions.answer);
  });

  it('of the client_secrets answer pass unchanged', () => {
    expect(clientSecretCreateResponseSchema.parse(clientSecrets.answer)).toEqual(clientSecrets.answer);
  });

  it('of the transcription_sessions answer are refused: its token is null and its expiry is that of the session', () => {
    expect(sessionCreateResponseSchema.safeParse(transcriptionSessions.answer).success).toBe(false);
  });

  it('of the transcription_sessions answer pass once there is a token, and keep their type when nested', () => {
    const client_secret = { value: 'ek_abc123', expires_at: 1_742_188_000 };
    const answer = sessionCreateResponseSchema.parse({ ...transcriptionSessions.answer, client_secret });
    expect(toClientSecretResponse(answer)).toMatchObject({
      value: 'ek_abc123',
      expires_at: 1_742_188_000,
      session: { type: 'transcription', id: 'sess_BBwZc7cFV3XizEyKGDCGL', expires_at: 1_742_188_264 },
    });
  });

  it('say the same in the words of the other call', () => {
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

  it('survive the way to the other shape of the answer and back', () => {
    const live = clientSecretCreateResponseSchema.parse(clientSecrets.answer);
    expect(toClientSecretResponse(toSessionResponse(live))).toEqual(clientSecrets.answer);
    const flat = sessionCreateResponseSchema.parse(sessions.answer);
    expect(toSessionResponse(toClientSecretResponse(flat))).toEqual(sessions.answer);
  });
});
