import { describe, expect, it } from 'vitest';
import {
  clientSecretCreateRequestSchema,
  issuePaths,
  readApiError,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type { WireIssue } from '@realtime-session/protocol';

function issuesOf(
  schema: typeof sessionCreateRequestSchema | typeof clientSecretCreateRequestSchema,
  body: unknown,
): WireIssue[] {
  const parsed = schema.safeParse(body);
  return parsed.success ? [] : issuePaths(parsed.error, body);
}
const sessionsIssues = (body: unknown) => issuesOf(sessionCreateRequestSchema, body);
const clientSecretsIssues = (body: unknown) => issuesOf(clientSecretCreateRequestSchema, body);

describe('issuePaths', () => {
  it('reports every unknown key with its full path', () => {
    expect(sessionsIssues({ hats: 1, turn_detection: { a: 1, b: 2 } })).toEqual([
      { path: 'turn_detection.a', message: 'unknown parameter', kind: 'unknown' },
      { path: 'turn_detection.b', message: 'unknown parameter', kind: 'unknown' },
      { path: 'hats', message: 'unknown parameter', kind: 'unknown' },
    ]);
  });

  it.each<[string, unknown, WireIssue]>([
    [
      'a maximum',
      { temperature: 2 },
      { path: 'temperature', message: 'must be at most 1.2', kind: 'invalid' },
    ],
    ['a minimum', { speed: 0 }, { path: 'speed', message: 'must be at least 0.25', kind: 'invalid' }],
    [
      'a minimum length',
      { model: '' },
      { path: 'model', message: 'must have at least 1 character(s)', kind: 'invalid' },
    ],
    ['a type', { instructions: 7 }, { path: 'instructions', message: 'must be string', kind: 'invalid' }],
    [
      'an enum',
      { input_audio_format: 'mp3' },
      {
        path: 'input_audio_format',
        message: 'must be one of "pcm16", "g711_ulaw", "g711_alaw"',
        kind: 'invalid',
      },
    ],
    [
      'a union of a number and a literal',
      { max_response_output_tokens: 'many' },
      { path: 'max_response_output_tokens', message: 'must be number or "inf"', kind: 'invalid' },
    ],
    [
      'the maximum of a number in a union',
      { max_response_output_tokens: 5000 },
      { path: 'max_response_output_tokens', message: 'must be at most 4096', kind: 'invalid' },
    ],
    [
      'a union of a string and an object',
      { voice: 3 },
      { path: 'voice', message: 'must be string or object', kind: 'invalid' },
    ],
    [
      'the likely branch of a union',
      { voice: { id: 3 } },
      { path: 'voice.id', message: 'must be string', kind: 'invalid' },
    ],
    [
      'an array item',
      { tools: [{ type: 'function', name: 'weather' }, { name: 4 }] },
      { path: 'tools[1].name', message: 'must be string', kind: 'invalid' },
    ],
    [
      'a custom refinement',
      { modalities: ['text', 'text'] },
      { path: 'modalities', message: 'must not repeat a modality', kind: 'invalid' },
    ],
    ['the body itself', [], { path: '', message: 'must be object', kind: 'invalid' }],
  ])('reports a violation of %s', (_name, body, issue) => {
    expect(sessionsIssues(body)).toEqual([issue]);
  });

  it('distinguishes a missing parameter from an invalid one', () => {
    expect(clientSecretsIssues({ expires_after: { seconds: 60 } })).toEqual([
      { path: 'expires_after.anchor', message: 'is required', kind: 'missing' },
    ]);
    expect(clientSecretsIssues({ session: { model: 'gpt-realtime' } })).toEqual([
      { path: 'session.type', message: 'is required', kind: 'missing' },
    ]);
    expect(clientSecretsIssues({ session: { type: 'call' } })).toEqual([
      { path: 'session.type', message: 'must be one of "realtime", "transcription"', kind: 'invalid' },
    ]);
  });

  it('reports the intended branch of truncation', () => {
    expect(sessionsIssues({ truncation: { type: 'retention_ratio', retention_ratio: 2 } })).toEqual([
      { path: 'truncation.retention_ratio', message: 'must be at most 1', kind: 'invalid' },
    ]);
  });

  it('never repeats a received value', () => {
    const canary = 'CANARY-4711';
    const bodies: unknown[] = [
      canary,
      { model: { secret: canary } },
      { instructions: [canary] },
      { voice: { id: [canary] } },
      { input_audio_format: canary },
      { turn_detection: { type: canary } },
      { tool_choice: { name: canary } },
      { tools: [{ type: canary, name: canary }] },
      { tracing: canary },
      { truncation: { type: canary } },
      { prompt: canary },
      { client_secret: canary },
      { max_response_output_tokens: canary },
      { include: [canary] },
    ];
    for (const body of bodies) {
      const issues = JSON.stringify([
        ...sessionsIssues(body),
        ...clientSecretsIssues(body),
        ...clientSecretsIssues({ session: body }),
      ]);
      expect(issues).not.toContain(canary);
      expect(sessionsIssues(body)).not.toEqual([]);
    }
  });

  it('truncates, sanitizes and redacts hostile keys', () => {
    const paths = sessionsIssues({ ['x'.repeat(500)]: 1, 'a\n\u001b[31m': 1, 'sk-proj-abcdef': 1 }).map(
      (issue) => issue.path,
    );
    expect(paths).toEqual(['x'.repeat(64), 'a???31m', '(redacted)']);
  });
});

describe('readApiError', () => {
  it('returns the fields of an error', () => {
    expect(
      readApiError({
        error: { message: 'No.', type: 'invalid_request_error', param: 'type', code: 'unknown_parameter' },
      }),
    ).toEqual({ message: 'No.', type: 'invalid_request_error', param: 'type', code: 'unknown_parameter' });
  });

  it('omits empty strings and null', () => {
    expect(readApiError({ error: { message: '', type: '', code: '', param: '' } })).toEqual({});
    expect(readApiError({ error: { message: 'No.', type: ' ', code: null, param: null } })).toEqual({
      message: 'No.',
    });
  });

  it.each([
    ['a string', 'oops'],
    ['a session', { value: 'ek_1' }],
    ['null', null],
    ['a bare error string', { error: 'no' }],
  ])('returns undefined for %s', (_name, body) => {
    expect(readApiError(body)).toBeUndefined();
  });
});
