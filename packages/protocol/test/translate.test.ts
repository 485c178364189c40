import { describe, expect, it } from 'vitest';
import {
  toClientSecretRequest,
  toClientSecretResponse,
  toSessionRequest,
  toSessionResponse,
  TranscriptionNotSupportedError,
} from '@realtime-session/protocol';

describe('toClientSecretRequest', () => {
  it('nests every parameter under its client_secrets name', () => {
    expect(
      toClientSecretRequest({
        model: 'gpt-realtime',
        modalities: ['audio', 'text'],
        instructions: 'Be brief.',
        voice: 'alloy',
        speed: 1.1,
        input_audio_format: 'pcm16',
        output_audio_format: 'g711_ulaw',
        input_audio_transcription: { model: 'whisper-1' },
        input_audio_noise_reduction: null,
        turn_detection: { threshold: 0.4 },
        tool_choice: 'weather',
        max_response_output_tokens: 100,
        client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } },
      }),
    ).toEqual({
      request: {
        expires_after: { anchor: 'created_at', seconds: 60 },
        session: {
          type: 'realtime',
          model: 'gpt-realtime',
          output_modalities: ['audio'],
          instructions: 'Be brief.',
          audio: {
            input: {
              format: { type: 'audio/pcm', rate: 24_000 },
              transcription: { model: 'whisper-1' },
              noise_reduction: null,
              turn_detection: { type: 'server_vad', threshold: 0.4 },
            },
            output: { format: { type: 'audio/pcmu' }, voice: 'alloy', speed: 1.1 },
          },
          tool_choice: { type: 'function', name: 'weather' },
          max_output_tokens: 100,
        },
      },
      dropped: [],
    });
  });

  it('adds only the session type to an empty request', () => {
    expect(toClientSecretRequest({})).toEqual({ request: { session: { type: 'realtime' } }, dropped: [] });
  });

  it('drops the temperature', () => {
    expect(toClientSecretRequest({ temperature: 0.8 }).dropped).toEqual(['temperature']);
  });

  it('drops turn detection settings of the other type', () => {
    const semantic = toClientSecretRequest({
      turn_detection: { type: 'semantic_vad', threshold: 0, eagerness: 'low' },
    });
    expect(semantic.dropped).toEqual(['turn_detection.threshold']);
    const server = toClientSecretRequest({ turn_detection: { type: 'server_vad', eagerness: 'low' } });
    expect(server).toEqual({
      request: {
        session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } },
      },
      dropped: ['turn_detection.eagerness'],
    });
  });

  it('keeps manual turns', () => {
    expect(toClientSecretRequest({ turn_detection: null }).request.session).toEqual({
      type: 'realtime',
      audio: { input: { turn_detection: null } },
    });
  });

  it('accepts the older name of the lifetime and prefers the newer one', () => {
    expect(
      toClientSecretRequest({ client_secret: { expires_at: { seconds: 90 } } }).request.expires_after,
    ).toEqual({
      anchor: 'created_at',
      seconds: 90,
    });
    const both = {
      expires_at: { seconds: 90 },
      expires_after: { anchor: 'created_at', seconds: 30 },
    } as const;
    expect(toClientSecretRequest({ client_secret: both }).request.expires_after?.seconds).toBe(30);
  });
});

describe('toSessionRequest', () => {
  it('drops what the sessions call does not support', () => {
    const { request, dropped } = toSessionRequest({
      session: {
        type: 'realtime',
        parallel_tool_calls: false,
        reasoning: { effort: 'low' },
        tools: [
          { type: 'function', name: 'f' },
          { type: 'mcp', server_label: 'm', server_url: 'https://m.example', authorization: 'secret' },
        ],
        tool_choice: { type: 'mcp', server_label: 'm' },
        audio: {
          input: {
            transcription: { model: 'whisper-1', keywords: ['k'] },
            noise_reduction: { type: 'near_field', strength: 1 },
            turn_detection: { type: 'server_vad', idle_timeout_ms: 6000 },
          },
        },
      },
    });
    expect(dropped).toEqual([
      'session.audio.input.noise_reduction.strength',
      'session.audio.input.turn_detection.idle_timeout_ms',
      'session.tools[1]',
      'session.tool_choice',
      'session.parallel_tool_calls',
      'session.reasoning',
    ]);
    expect(request).toEqual({
      input_audio_transcription: { model: 'whisper-1', keywords: ['k'] },
      input_audio_noise_reduction: { type: 'near_field' },
      turn_detection: { type: 'server_vad' },
      tools: [{ type: 'function', name: 'f' }],
    });
  });

  it('drops a tool choice whose function name is a mode', () => {
    const translated = toSessionRequest({
      session: { type: 'realtime', tool_choice: { type: 'function', name: 'auto' } },
    });
    expect(translated).toEqual({ request: {}, dropped: ['session.tool_choice'] });
  });

  it('throws for a transcription session', () => {
    expect(() => toSessionRequest({ session: { type: 'transcription' } })).toThrow(
      TranscriptionNotSupportedError,
    );
  });
});

describe('response translation', () => {
  const clientSecretsResponse = {
    value: 'ek_1',
    expires_at: 1_756_310_470,
    session: {
      type: 'realtime',
      object: 'realtime.session',
      id: 'sess_1',
      model: 'gpt-realtime-2025-08-28',
      output_modalities: ['audio'],
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      tracing: null,
      expires_at: 0,
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: { type: 'server_vad', idle_timeout_ms: null },
        },
        output: { format: { type: 'audio/pcma' }, voice: 'marin', speed: 1 },
      },
    },
  };
  const sessionsResponse = {
    object: 'realtime.session',
    id: 'sess_1',
    model: 'gpt-realtime-2025-08-28',
    modalities: ['audio', 'text'],
    instructions: 'Be brief.',
    tools: [{ type: 'function', name: 'f' }],
    tool_choice: 'auto',
    max_response_output_tokens: 'inf',
    tracing: null,
    expires_at: 0,
    input_audio_format: 'pcm16',
    output_audio_format: 'g711_alaw',
    input_audio_transcription: null,
    input_audio_noise_reduction: null,
    turn_detection: { type: 'server_vad', idle_timeout_ms: null },
    voice: 'marin',
    speed: 1,
    client_secret: { value: 'ek_1', expires_at: 1_756_310_470 },
  };

  it('converts a client_secrets response to a sessions response', () => {
    expect(toSessionResponse(clientSecretsResponse)).toEqual(sessionsResponse);
  });

  it('converts a sessions response to a client_secrets response', () => {
    expect(toClientSecretResponse(sessionsResponse)).toEqual(clientSecretsResponse);
  });

  it('keeps the type of a transcription session', () => {
    const response = toClientSecretResponse({
      object: 'realtime.transcription_session',
      client_secret: { value: 'ek_1', expires_at: 1 },
    });
    expect(response.session.type).toBe('transcription');
  });

  it('never adds MCP credentials or a second token to a sessions response', () => {
    const tools = [{ type: 'mcp', server_label: 'm', authorization: 'SECRET' }];
    const nested = { value: 'ek_other', expires_at: 2 };
    const response = toSessionResponse({
      value: 'ek_1',
      expires_at: 1,
      session: { tools, client_secret: nested },
    });
    expect(response).toEqual({ tools: [], client_secret: { value: 'ek_1', expires_at: 1 } });
  });
});
