import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiPrices, PRICES_READ_ON } from '../../src/calls.ts';
import type { BillableUsage } from '../../src/calls.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';

const MODEL = 'gpt-realtime-2.1';
const cost = openaiPrices();

function response(usage: object, model = MODEL): BillableUsage {
  return { type: 'response', model, usage: { ...usage } };
}

function transcription(model: string, usage: object): BillableUsage {
  return { type: 'transcription', model, usage: { ...usage } };
}

const million = 1_000_000;

describe('openaiPrices', () => {
  it('prices a usage block as the API sends it', () => {
    const usage = {
      total_tokens: 1500,
      input_tokens: 1000,
      output_tokens: 500,
      input_token_details: {
        text_tokens: 400,
        audio_tokens: 600,
        image_tokens: 0,
        cached_tokens: 300,
        cached_tokens_details: { text_tokens: 200, audio_tokens: 100, image_tokens: 0 },
      },
      output_token_details: { text_tokens: 100, audio_tokens: 400 },
    };
    const expected = 200 * 4 + 200 * 0.4 + 500 * 32 + 100 * 0.4 + 100 * 24 + 400 * 64;
    expect(cost(response(usage))).toBeCloseTo(expected / million, 12);
  });

  it.each([
    ['text in', { input_tokens: million, input_token_details: { text_tokens: million } }, 4],
    ['audio in', { input_tokens: million, input_token_details: { audio_tokens: million } }, 32],
    ['images in', { input_tokens: million, input_token_details: { image_tokens: million } }, 5],
    [
      'cached images',
      {
        input_tokens: million,
        input_token_details: {
          image_tokens: million,
          cached_tokens: million,
          cached_tokens_details: { image_tokens: million },
        },
      },
      0.5,
    ],
    ['text out', { output_tokens: million, output_token_details: { text_tokens: million } }, 24],
    ['audio out', { output_tokens: million, output_token_details: { audio_tokens: million } }, 64],
    ['input of an unknown kind', { input_tokens: million }, 32],
    ['output of an unknown kind', { output_tokens: million }, 64],
    [
      'output whose details are incomplete',
      { output_tokens: million, output_token_details: { text_tokens: million / 2 } },
      44,
    ],
    ['details without a total', { input_token_details: { text_tokens: million } }, 4],
    [
      'cached tokens of an unknown kind, where they save least',
      {
        input_tokens: 2 * million,
        input_token_details: { text_tokens: million, audio_tokens: million, cached_tokens: million },
      },
      32.4,
    ],
    [
      'cached tokens without any other detail',
      { input_tokens: million, input_token_details: { cached_tokens: million } },
      32 - 3.6,
    ],
    [
      'more cached tokens than tokens',
      { input_tokens: million, input_token_details: { text_tokens: million, cached_tokens: 5 * million } },
      0.4,
    ],
    ['nothing', {}, 0],
    [
      'numbers that are not counts',
      { input_tokens: -5, output_tokens: Number.NaN, input_token_details: 'x' },
      0,
    ],
  ])('prices %s', (_what, usage, expected) => {
    expect(cost(response(usage))).toBeCloseTo(expected, 9);
  });

  it.each([
    'gpt-realtime-2.1',
    'gpt-realtime-2.1-mini',
    'gpt-realtime-2',
    'gpt-realtime-1.5',
    'gpt-realtime',
    'gpt-realtime-2025-08-28',
    'gpt-realtime-mini',
    'gpt-realtime-mini-2025-12-15',
  ])('has a price for %s', (model) => {
    expect(cost(response({}, model))).toBe(0);
    expect(cost(response({ output_tokens: 1 }, model))).toBeGreaterThan(0);
  });

  it.each(['', 'unknown', 'gpt-4o', 'gpt-realtime-9', 'gpt-realtime-2.1-2026', 'constructor', '__proto__'])(
    'has no price for "%s"',
    (model) => {
      expect(cost(response({}, model))).toBeUndefined();
    },
  );

  it.each([
    ['gpt-realtime-whisper', { type: 'duration', seconds: 60 }, 0.017],
    ['gpt-live-transcribe', { type: 'duration', seconds: 30 }, 0.0085],
    [
      'gpt-transcribe',
      { type: 'tokens', input_tokens: 610, input_token_details: { audio_tokens: 600, text_tokens: 10 } },
      0.0045,
    ],
    ['gpt-transcribe', { type: 'tokens', input_tokens: 600 }, 0.0045],
    [
      'gpt-4o-transcribe',
      { type: 'tokens', input_tokens: 1000, output_tokens: 100, input_token_details: { audio_tokens: 1000 } },
      0.0035,
    ],
    ['gpt-4o-mini-transcribe-2025-12-15', { type: 'tokens', input_tokens: 1000 }, 0.00125],
    ['whisper-1', { type: 'duration', seconds: 60 }, 0.006],
  ])('prices a transcription by %s', (model, usage, expected) => {
    expect(cost(transcription(model, usage))).toBeCloseTo(expected, 12);
  });

  it('has no price for seconds of a model that is billed by tokens', () => {
    expect(cost(transcription('gpt-4o-transcribe', { type: 'duration', seconds: 60 }))).toBeUndefined();
    expect(cost({ type: 'seconds', model: MODEL, seconds: 60 })).toBeUndefined();
  });

  it('prices seconds', () => {
    expect(cost({ type: 'seconds', model: 'gpt-live-1', seconds: 600 })).toBeCloseTo(0.5, 12);
  });

  it('uses prices of its options before its own', () => {
    const own = openaiPrices({
      models: {
        'my-deployment': MODEL,
        'my-snapshot': 'gpt-realtime-2025-08-28',
        'gpt-realtime-2.1-mini': { text: { input: 1, output: 2 }, audio: { input: 3, output: 4 } },
        transcriber: { perMinute: 6 },
      },
    });
    expect(own(response({ output_tokens: million }, 'my-deployment'))).toBe(64);
    expect(own(response({ output_tokens: million }, 'my-snapshot'))).toBe(64);
    expect(own(response({ output_tokens: million }, 'gpt-realtime-2.1-mini'))).toBe(4);
    expect(own(response({ input_token_details: { image_tokens: million } }, 'gpt-realtime-2.1-mini'))).toBe(
      3,
    );
    expect(own(transcription('transcriber', { seconds: 10 }))).toBe(1);
    expect(own(response({}))).toBe(0);
  });

  it('price a response of the Responses API', () => {
    const cost = openaiPrices({ models: { 'gpt-5.5': { input: 1, cachedInput: 0.1, output: 8 } } });
    const usage = {
      input_tokens: 1_000_000,
      input_tokens_details: { cached_tokens: 400_000 },
      output_tokens: 500_000,
      output_tokens_details: { reasoning_tokens: 100_000 },
    };
    expect(cost({ type: 'response', model: 'gpt-5.5-2026-10-01', usage })).toBeCloseTo(0.6 + 0.04 + 4);
    expect(() => openaiPrices({ models: { a: { input: -1 } } })).toThrow(
      /models\["a"\]\.input must be a price/,
    );
  });

  it.each(['gpt-live-1', 'gpt-live-1.1', 'gpt-live-1.1-2026-11-20'])('price the time of %s', (model) => {
    expect(openaiPrices()({ type: 'seconds', model, seconds: 15 })).toBeCloseTo(0.0125);
  });

  it.each([
    [{ models: { a: 'nothing' } }, /models\["a"\] names a model that has no known price/],
    [{ models: { a: { perMinute: -1 } } }, /models\["a"\]\.perMinute must be a price of 0 or more/],
    [{ models: { a: { perMinute: undefined } } }, /perMinute must be a price/],
    [{ models: { a: { text: { input: 1 } } } }, /models\["a"\]\.audio must be prices of a million tokens/],
    [{ models: { a: { text: { output: 1 }, audio: { input: 1 } } } }, /models\["a"\]\.text must be prices/],
    [{ models: { a: { text: { input: 1 }, audio: { input: 1, cached: 1 } } } }, /unknown option "cached"/],
    [{ models: { a: { text: { input: '1' }, audio: { input: 1 } } } }, /models\["a"\]\.text\.input must be/],
    [{ models: { a: null } }, /must be prices or the name of a model, not null/],
    [{ model: {} }, /unknown option "model"/],
  ])('refuses %j', (options, message) => {
    expect(() => openaiPrices(options as object)).toThrow(message);
  });

  it('states when its prices were read', () => {
    expect(PRICES_READ_ON).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it(
    'returns a finite amount, 0 or more, whatever a usage block contains',
    { timeout: FUZZ_TIMEOUT_MS },
    () => {
      const key = fc.constantFrom(
      'input_tokens', 'output_tokens', 'seconds', 'input_token_details', 'output_token_details',
      'text_tokens', 'audio_tokens', 'image_tokens', 'cached_tokens', 'cached_tokens_details', '__proto__',
    ); // prettier-ignore
      const usages = fc.letrec((tie) => ({
        value: fc.oneof({ maxDepth: 3 }, fc.double(), fc.nat(), fc.anything({ maxDepth: 1 }), tie('record')),
        record: fc.dictionary(key, tie('value'), { maxKeys: 8 }),
      })).record;
      fc.assert(
        fc.property(
          usages,
          fc.constantFrom(MODEL, 'gpt-transcribe', 'gpt-4o-transcribe', 'x'),
          (usage, model) => {
            const amount = cost(response(usage, model));
            expect(amount === undefined || (Number.isFinite(amount) && amount >= 0)).toBe(true);
          },
        ),
        fuzz(2000),
      );
    },
  );

  it('does not lower the amount when the API leaves out details', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const tokens = fc.nat({ max: 100_000 });
    const split = fc.record({
      text: tokens,
      audio: tokens,
      image: tokens,
      cachedText: tokens,
      cachedAudio: tokens,
    });
    fc.assert(
      fc.property(split, ({ text, audio, image, cachedText, cachedAudio }) => {
        const cached = {
          text_tokens: Math.min(cachedText, text),
          audio_tokens: Math.min(cachedAudio, audio),
        };
        const details = {
          text_tokens: text,
          audio_tokens: audio,
          image_tokens: image,
          cached_tokens: cached.text_tokens + cached.audio_tokens,
        };
        const input_tokens = text + audio + image;
        const exact = cost(
          response({ input_tokens, input_token_details: { ...details, cached_tokens_details: cached } }),
        );
        const without = cost(response({ input_tokens, input_token_details: details }));
        const total = cost(
          response({ input_tokens, input_token_details: { cached_tokens: details.cached_tokens } }),
        );
        expect(without).toBeGreaterThanOrEqual((exact ?? 0) - 1e-9);
        expect(total).toBeGreaterThanOrEqual((without ?? 0) - 1e-9);
      }),
      fuzz(500),
    );
  });
});
