import { describe, expect, it } from 'vitest';
import { findShutdowns, shutdowns, SHUTDOWNS_CHECKED_ON } from '../src/index.ts';

describe('shutdowns', () => {
  it('names every model once, with a valid date and a replacement that stays', () => {
    const names = shutdowns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { date, replacement } of shutdowns) {
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
      expect(names).not.toContain(replacement);
    }
    expect(SHUTDOWNS_CHECKED_ON).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it.each([
    [{ model: 'gpt-realtime' }, 'model', '2027-01-20', 'gpt-realtime-2.1'],
    [{ model: 'gpt-realtime-mini-2025-12-15' }, 'model', '2027-01-20', 'gpt-realtime-2.1-mini'],
    [
      { audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } },
      'audio.input.transcription.model',
      '2027-02-26',
      'gpt-transcribe',
    ],
    [
      { input_audio_transcription: { model: 'whisper-1' } },
      'input_audio_transcription.model',
      '2027-02-26',
      'gpt-transcribe',
    ],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt', '2026-11-30', 'instructions'],
  ])('finds what %j names', (session, path, date, replacement) => {
    expect(findShutdowns(session)).toMatchObject([{ path, date, replacement }]);
  });

  it('finds every shutdown of a session that has several', () => {
    const session = { model: 'gpt-realtime', input_audio_transcription: { model: 'whisper-1' } };
    expect(findShutdowns(session).map(({ name }) => name)).toEqual(['gpt-realtime', 'whisper-1']);
  });

  it.each([
    [{ model: 'gpt-realtime-2.1' }],
    [{ model: 'gpt-realtime-mini-2025-10-06' }],
    [{ prompt: null }],
    [{ audio: 'x' }],
    [{}],
    [null],
    ['gpt-realtime'],
    [Object.create({ model: 'gpt-realtime' })],
  ])('finds nothing in %j', (session) => {
    expect(findShutdowns(session)).toEqual([]);
  });
});
