import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRetryAfterMs } from '../src/lib/upstream/errors.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});

describe('Retry-After, fuzzed', () => {
  it(
    'is a finite wait or undefined, whatever the upstream sends',
    () => {
      const text = fc.oneof(
        visible,
        fc.stringMatching(/^\d{1,400}(?:\.\d{1,20})?$/),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        fc.constantFrom(
          '9'.repeat(400),
          '9'.repeat(30),
          '-1',
          '1e9',
          'Infinity',
          'NaN',
          '0x10',
          '1,2',
          'Mon',
          '99999 BC',
        ),
      );
      const headers = fc.dictionary(fc.constantFrom('retry-after', 'retry-after-ms', 'date'), text);
      const property = fc.property(headers, (fields) => {
        const waitMs = readRetryAfterMs(new Headers(fields), NOW);
        expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
      });
      fc.assert(property, fuzz(2000));
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'converts seconds and dates to milliseconds',
    () => {
      const property = fc.property(
        fc.integer({ min: 0, max: 86_400 }),
        fc.constantFrom('seconds', 'date', 'served'),
        (seconds, form) => {
          const at = (ms: number): string => new Date(ms).toUTCString();
          // A server with a wrong clock still means the difference.
          const wrongMs = NOW + 7_200_000;
          const forms = {
            seconds: { 'retry-after': String(seconds) },
            date: { 'retry-after': at(NOW + seconds * 1000) },
            served: { 'retry-after': at(wrongMs + seconds * 1000), date: at(wrongMs) },
          };
          expect(readRetryAfterMs(new Headers(forms[form]), NOW)).toBe(seconds * 1000);
        },
      );
      fc.assert(property, fuzz(1000));
    },
    FUZZ_TIMEOUT_MS,
  );
});
