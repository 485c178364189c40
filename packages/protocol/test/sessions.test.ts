import { describe, expect, it } from 'vitest';
import { sessionCreateRequestSchema, sessionCreateResponseSchema } from '@realtime-session/protocol';

const accepts = (body: unknown) => sessionCreateRequestSchema.safeParse(body).success;

describe('the sessions request', () => {
  it('accepts an empty body', () => {
    expect(accepts({})).toBe(true);
  });

  it('accepts all documented parameters together', () => {
    expect(
      accepts({
        model: 'gpt-4o-realtime-preview',
        modalities: ['text'],
        instructions: 'Be brief.',
        voice: { id: 'voice_1234' },
        input_audio_format: 'g711_ulaw',
        output_audio_format: 'g711_alaw',
        input_audio_transcription: { model: 'whisper-1', language: 'en', prompt: 'names' },
        input_audio_noise_reduction: { type: 'far_field' },
        turn_detection: {
          type: 'semantic_vad',
          eagerness: 'low',
          create_response: true,
          interrupt_response: false,
        },
        tools: [
          { type: 'function', name: 'weather', description: 'Weather.', parameters: { type: 'object' } },
        ],
        tool_choice: 'weather',
        temperature: 0.8,
        max_response_output_tokens: 'inf',
        speed: 1,
        tracing: { workflow_name: 'w', group_id: 'g', metadata: { a: 1 } },
        prompt: { id: 'pmpt_1', version: '2', variables: { city: 'Oslo' } },
        truncation: {
          type: 'retention_ratio',
          retention_ratio: 0.8,
          token_limits: { post_instructions: 5000 },
        },
        include: ['item.input_audio_transcription.logprobs'],
        client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } },
      }),
    ).toBe(true);
  });

  it.each([
    'input_audio_transcription',
    'input_audio_noise_reduction',
    'turn_detection',
    'tracing',
    'prompt',
  ])('accepts null to turn off %s', (name) => {
    expect(accepts({ [name]: null })).toBe(true);
  });

  it.each<[string, (value: unknown) => unknown, number, number, number]>([
    ['temperature', (value) => ({ temperature: value }), 0.6, 1.2, 0.01],
    ['speed', (value) => ({ speed: value }), 0.25, 1.5, 0.01],
    ['max_response_output_tokens', (value) => ({ max_response_output_tokens: value }), 1, 4096, 1],
    ['threshold', (value) => ({ turn_detection: { type: 'server_vad', threshold: value } }), 0, 1, 0.01],
    [
      'retention_ratio',
      (value) => ({ truncation: { type: 'retention_ratio', retention_ratio: value } }),
      0,
      1,
      0.01,
    ],
    [
      'expires_after.seconds',
      (value) => ({ client_secret: { expires_after: { anchor: 'created_at', seconds: value } } }),
      10,
      7200,
      1,
    ],
    ['expires_at.seconds', (value) => ({ client_secret: { expires_at: { seconds: value } } }), 10, 7200, 1],
  ])('enforces the documented range of %s', (_name, body, min, max, step) => {
    expect(accepts(body(min))).toBe(true);
    expect(accepts(body(max))).toBe(true);
    expect(accepts(body(min - step))).toBe(false);
    expect(accepts(body(max + step))).toBe(false);
    expect(accepts(body(Number.NaN))).toBe(false);
    expect(accepts(body(String(min)))).toBe(false);
  });

  it.each([
    ['max_response_output_tokens', { max_response_output_tokens: 1.5 }],
    ['expires_after.seconds', { client_secret: { expires_after: { anchor: 'created_at', seconds: 10.5 } } }],
    ['prefix_padding_ms', { turn_detection: { prefix_padding_ms: 1.5 } }],
    ['silence_duration_ms', { turn_detection: { silence_duration_ms: -1 } }],
  ])('rejects a value of %s that is not a whole number in range', (_name, body) => {
    expect(accepts(body)).toBe(false);
  });

  it.each([
    ['an unknown parameter', { hats: 1 }],
    ['an unknown nested parameter', { turn_detection: { type: 'server_vad', hats: 1 } }],
    ['an unknown modality', { modalities: ['video'] }],
    ['no modality', { modalities: [] }],
    ['the same modality twice', { modalities: ['text', 'text'] }],
    ['an unknown audio format', { input_audio_format: 'mp3' }],
    ['an MCP tool', { tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://x' }] }],
    ['an empty model', { model: '' }],
    ['an unknown include', { include: ['everything'] }],
    ['a lifetime without an anchor', { client_secret: { expires_after: { seconds: 60 } } }],
    ['a body that is not an object', []],
  ])('rejects %s', (_name, body) => {
    expect(accepts(body)).toBe(false);
  });
});

describe('the sessions response', () => {
  const response = {
    id: 'sess_001',
    object: 'realtime.session',
    model: 'gpt-realtime-2025-08-25',
    modalities: ['audio', 'text'],
    instructions: 'You are a friendly assistant.',
    input_audio_transcription: { model: 'whisper-1' },
    client_secret: { value: 'ek_abc123', expires_at: 1234567890 },
  };

  it('keeps every key of the documented example', () => {
    expect(sessionCreateResponseSchema.parse(response)).toEqual(response);
  });

  it.each([
    ['a null token', { ...response, client_secret: null }],
    ['a blank token', { ...response, client_secret: { value: ' ', expires_at: 1 } }],
    ['an expiry of 0', { ...response, client_secret: { value: 'ek_abc123', expires_at: 0 } }],
    ['a missing expiry', { ...response, client_secret: { value: 'ek_abc123' } }],
    ['an error body', { error: { message: 'no' } }],
  ])('rejects %s', (_name, body) => {
    expect(sessionCreateResponseSchema.safeParse(body).success).toBe(false);
  });
});
