import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  issuePaths,
  sessionCreateRequestSchema,
  toClientSecretRequest,
  toSessionResponse,
  toTranscriptionClientSecretRequest,
  toTranscriptionSessionRequest,
  transcriptionSessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type { WireIssue } from '@realtime-session/protocol';

function clientSecretIssues(session: object): readonly WireIssue[] {
  const body = { session: { type: 'realtime', ...session } };
  const parsed = clientSecretCreateRequestSchema.safeParse(body);
  return parsed.success ? [] : issuePaths(parsed.error, body);
}

function sessionIssues(body: object): readonly WireIssue[] {
  const parsed = sessionCreateRequestSchema.safeParse(body);
  return parsed.success ? [] : issuePaths(parsed.error, body);
}

describe('transcription settings', () => {
  const settings = [
    { model: 'gpt-transcribe', languages: ['en', 'de'] },
    { model: 'gpt-live-transcribe', keywords: ['Grafschaft', 'Zehnt'] },
    { model: 'gpt-realtime-whisper', delay: 'minimal' as const },
    { model: 'gpt-transcribe', language: 'en', languages: [], keywords: [], prompt: '' },
  ];

  it.each(settings)('of %j are accepted by each call', (transcription) => {
    const flat = { input_audio_transcription: transcription };
    expect(transcriptionSessionCreateRequestSchema.parse(flat)).toEqual(flat);
    expect(sessionCreateRequestSchema.parse(flat)).toEqual(flat);
    expect(clientSecretIssues({ audio: { input: { transcription } } })).toEqual([]);
  });

  it.each(settings)('of %j are translated in both directions', (transcription) => {
    const flat = { input_audio_transcription: transcription };
    const { request, dropped } = toTranscriptionClientSecretRequest(flat);
    expect(request.session).toEqual({ type: 'transcription', audio: { input: { transcription } } });
    const back = toTranscriptionSessionRequest({
      session: { type: 'transcription', audio: { input: { transcription } } },
    });
    expect(back).toEqual({ request: flat, dropped: [] });
    expect(dropped).toEqual([]);
    expect(toClientSecretRequest(flat).request.session?.audio?.input).toEqual({ transcription });
  });

  it.each([
    [{ delay: 'none' }, 'input_audio_transcription.delay'],
    [{ languages: 'en' }, 'input_audio_transcription.languages'],
    [{ keywords: [1] }, 'input_audio_transcription.keywords[0]'],
    [{ enabled: true }, 'input_audio_transcription.enabled'],
  ])('of %j are rejected with their path', (transcription, path) => {
    const body = { input_audio_transcription: transcription };
    const parsed = transcriptionSessionCreateRequestSchema.safeParse(body);
    expect(parsed.success ? [] : issuePaths(parsed.error, body)).toMatchObject([{ path }]);
  });
});

describe('an audio format', () => {
  const pcm = { type: 'audio/pcm', rate: 24_000 };

  it.each([[pcm], [{ type: 'audio/pcmu' }], [{ type: 'audio/pcma' }]])('accepts %j', (format) => {
    expect(clientSecretIssues({ audio: { input: { format }, output: { format } } })).toEqual([]);
  });

  it.each([
    [{ type: 'audio/pcm' }, 'format.rate', 'missing'],
    [{ type: 'audio/pcm', rate: 16_000 }, 'format.rate', 'invalid'],
    [{ type: 'audio/pcm', rate: '24000' }, 'format.rate', 'invalid'],
    [{ rate: 24_000 }, 'format.type', 'missing'],
    [{}, 'format.type', 'missing'],
    [{ type: 'audio/pcmu', rate: 8_000 }, 'format.rate', 'unknown'],
    [{ type: 'audio/opus' }, 'format.type', 'invalid'],
    ['pcm16', 'format', 'invalid'],
  ])('rejects %j at %s as %s', (format, path, kind) => {
    for (const direction of ['input', 'output']) {
      const issues = clientSecretIssues({ audio: { [direction]: { format } } });
      expect(issues).toMatchObject([{ path: `session.audio.${direction}.${path}`, kind }]);
    }
  });

  it('rejects audio/pcm without a rate in a transcription session', () => {
    const issues = clientSecretIssues({
      type: 'transcription',
      audio: { input: { format: { type: 'audio/pcm' } } },
    });
    expect(issues).toMatchObject([{ path: 'session.audio.input.format.rate', kind: 'missing' }]);
  });

  it('gets its rate when pcm16 is translated', () => {
    const { request } = toClientSecretRequest({ input_audio_format: 'pcm16', output_audio_format: 'pcm16' });
    expect(request.session?.audio).toEqual({ input: { format: pcm }, output: { format: pcm } });
  });

  it.each([
    [{ type: 'audio/pcm' }, 'pcm16'],
    [{ type: 'audio/pcm', rate: 16_000 }, 'pcm16'],
    [{ rate: 24_000 }, 'pcm16'],
    [{ type: 'audio/pcma', channels: 1 }, 'g711_alaw'],
    [{ type: 'audio/opus' }, undefined],
    ['audio/pcm', 'pcm16'],
    [7, undefined],
  ])('%j in a response becomes %s', (format, expected) => {
    const response = { value: 'ek_1', expires_at: 1, session: { audio: { input: { format } } } };
    expect(toSessionResponse(response)['input_audio_format']).toBe(expected);
  });
});

describe('the name of a tool', () => {
  const tool = (name: unknown) => ({ tools: [{ type: 'function', name, parameters: { type: 'object' } }] });

  it.each([['get_weather'], ['get-weather-2'], ['A'], ['x'.repeat(64)], ['__proto__']])(
    'accepts %s',
    (name) => {
      expect(clientSecretIssues(tool(name))).toEqual([]);
      expect(sessionIssues(tool(name))).toEqual([]);
    },
  );

  it.each([
    ['get weather'],
    ['get_/whoami'],
    ['server.tool'],
    ['mcp:tool'],
    ['größe'],
    [''],
    ['x'.repeat(65)],
    ['get_weather\n'],
  ])('rejects %j without repeating it', (name) => {
    const message = 'must have 1 to 64 letters, digits, underscores and hyphens';
    expect(clientSecretIssues(tool(name))).toEqual([
      { path: 'session.tools[0].name', message, kind: 'invalid' },
    ]);
    expect(sessionIssues(tool(name))).toEqual([{ path: 'tools[0].name', message, kind: 'invalid' }]);
  });

  it('is required', () => {
    const issue = { message: 'is required', kind: 'missing' };
    expect(clientSecretIssues(tool(undefined))).toEqual([{ path: 'session.tools[0].name', ...issue }]);
    expect(sessionIssues({ tools: [{}] })).toEqual([{ path: 'tools[0].name', ...issue }]);
  });

  it('is checked in a tool choice', () => {
    const choice = (name: string) => ({ tool_choice: { type: 'function', name } });
    expect(clientSecretIssues(choice('get_weather'))).toEqual([]);
    expect(clientSecretIssues(choice('get weather'))).toMatchObject([{ path: 'session.tool_choice.name' }]);
    expect(sessionIssues({ tool_choice: 'get_weather' })).toEqual([]);
    expect(sessionIssues({ tool_choice: 'get weather' })).toMatchObject([{ path: 'tool_choice' }]);
  });
});
