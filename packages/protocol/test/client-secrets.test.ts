import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  clientSecretCreateResponseSchema,
  transcriptionSessionCreateRequestSchema,
} from '@realtime-session/protocol';

const accepts = (body: unknown) => clientSecretCreateRequestSchema.safeParse(body).success;
const acceptsSession = (session: object) => accepts({ session: { type: 'realtime', ...session } });

describe('the client_secrets request', () => {
  it('accepts an empty body', () => {
    expect(accepts({})).toBe(true);
  });

  it('accepts all documented parameters together', () => {
    const body = {
      expires_after: { anchor: 'created_at', seconds: 600 },
      session: {
        type: 'realtime',
        model: 'gpt-realtime',
        output_modalities: ['audio'],
        instructions: 'Be brief.',
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24000 },
            transcription: {
              model: 'gpt-4o-transcribe',
              language: 'en',
              languages: ['en'],
              keywords: ['k'],
              delay: 'low',
            },
            noise_reduction: { type: 'near_field', strength: 0.5 },
            turn_detection: { type: 'server_vad', threshold: 0.5, idle_timeout_ms: 5000 },
          },
          output: { format: { type: 'audio/pcma' }, voice: 'marin', speed: 1.5 },
        },
        include: ['item.input_audio_transcription.logprobs'],
        tools: [
          { type: 'function', name: 'f', parameters: { type: 'object' } },
          {
            type: 'mcp',
            server_label: 'files',
            server_url: 'https://mcp.example',
            authorization: 'x',
            headers: { a: 'b' },
            allowed_tools: { read_only: true },
            require_approval: { never: { tool_names: ['list'] } },
          },
        ],
        tool_choice: { type: 'mcp', server_label: 'files' },
        parallel_tool_calls: true,
        reasoning: { effort: 'low' },
        max_output_tokens: 4096,
        tracing: 'auto',
        truncation: 'disabled',
        prompt: { id: 'pmpt_1' },
      },
    };
    expect(clientSecretCreateRequestSchema.parse(body)).toEqual(body);
  });

  it('accepts a transcription session', () => {
    expect(
      accepts({
        session: {
          type: 'transcription',
          audio: { input: { transcription: { model: 'whisper-1' }, turn_detection: null } },
        },
      }),
    ).toBe(true);
  });

  it.each<[string, (value: unknown) => unknown, number, number, number]>([
    [
      'expires_after.seconds',
      (value) => ({ expires_after: { anchor: 'created_at', seconds: value } }),
      10,
      7200,
      1,
    ],
    [
      'max_output_tokens',
      (value) => ({ session: { type: 'realtime', max_output_tokens: value } }),
      1,
      4096,
      1,
    ],
    [
      'speed',
      (value) => ({ session: { type: 'realtime', audio: { output: { speed: value } } } }),
      0.25,
      1.5,
      0.01,
    ],
    [
      'idle_timeout_ms',
      (value) => ({
        session: {
          type: 'realtime',
          audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: value } } },
        },
      }),
      5000,
      30_000,
      1,
    ],
  ])('enforces the documented range of %s', (_name, body, min, max, step) => {
    expect(accepts(body(min))).toBe(true);
    expect(accepts(body(max))).toBe(true);
    expect(accepts(body(min - step))).toBe(false);
    expect(accepts(body(max + step))).toBe(false);
  });

  it('rejects two modalities', () => {
    expect(acceptsSession({ output_modalities: ['audio', 'text'] })).toBe(false);
    expect(acceptsSession({ output_modalities: ['text'] })).toBe(true);
  });

  it.each([
    ['a lifetime without an anchor', { expires_after: { seconds: 60 } }],
    ['a session without a type', { session: { model: 'gpt-realtime' } }],
    ['session parameters at the top level', { model: 'gpt-realtime' }],
    ['a parameter of the sessions call', { session: { type: 'realtime', temperature: 0.8 } }],
    ['a tool in a transcription session', { session: { type: 'transcription', tools: [] } }],
    [
      'an MCP tool without a target',
      { session: { type: 'realtime', tools: [{ type: 'mcp', server_label: 'x' }] } },
    ],
    [
      'eagerness with server_vad',
      {
        session: {
          type: 'realtime',
          audio: { input: { turn_detection: { type: 'server_vad', eagerness: 'low' } } },
        },
      },
    ],
    [
      'a different sample rate',
      { session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcm', rate: 16000 } } } } },
    ],
  ])('rejects %s', (_name, body) => {
    expect(accepts(body)).toBe(false);
  });
});

describe('the client_secrets response', () => {
  const response = {
    value: 'ek_68af296e8e408191a1120ab6383263c2',
    expires_at: 1756310470,
    session: {
      type: 'realtime',
      object: 'realtime.session',
      id: 'sess_1',
      model: 'gpt-realtime',
      expires_at: 0,
      audio: {},
    },
  };

  it('keeps every key of the documented example, with its session expiry of 0', () => {
    expect(clientSecretCreateResponseSchema.parse(response)).toEqual(response);
  });

  it('defaults to an empty session when the issuer returns none', () => {
    expect(clientSecretCreateResponseSchema.parse({ value: 'x', expires_at: 1 })).toEqual({
      value: 'x',
      expires_at: 1,
      session: {},
    });
  });

  it.each([
    ['an empty token', { ...response, value: '' }],
    ['a string as the expiry', { ...response, expires_at: '1756310470' }],
    ['an error body', { error: { message: 'no' } }],
  ])('rejects %s', (_name, body) => {
    expect(clientSecretCreateResponseSchema.safeParse(body).success).toBe(false);
  });
});

describe('the transcription_sessions request', () => {
  it('accepts the documented parameters and rejects others', () => {
    const body = {
      input_audio_format: 'pcm16',
      input_audio_transcription: { model: 'gpt-4o-transcribe', language: 'en' },
      turn_detection: { type: 'server_vad', threshold: 0.5 },
      client_secret: { expires_at: { anchor: 'created_at', seconds: 10 } },
      include: ['item.input_audio_transcription.logprobs'],
    };
    expect(transcriptionSessionCreateRequestSchema.parse(body)).toEqual(body);
    expect(transcriptionSessionCreateRequestSchema.safeParse({ ...body, voice: 'alloy' }).success).toBe(
      false,
    );
  });
});
