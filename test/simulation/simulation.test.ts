import { expect, test } from 'vitest';
import { run } from './run.ts';

const HOURS = 100;

test(
  `the rules of the token lifecycle hold through ${HOURS} simulated hours of trouble`,
  { timeout: 300_000 },
  async () => {
    const report = await run({ hours: HOURS, seed: 1 });
    expect(report.failure).toBeUndefined();
    expect(report.hours).toBeGreaterThanOrEqual(HOURS);
    expect(report.counts.get('callers served')).toBeGreaterThan(0);
  },
);

test('a seed replays exactly', { timeout: 300_000 }, async () => {
  const once = await run({ hours: 1, seed: 7, episode: 3 });
  const again = await run({ hours: 1, seed: 7, episode: 3 });
  expect(again).toEqual(once);
});
