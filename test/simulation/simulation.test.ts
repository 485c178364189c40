import { expect, test } from 'vitest';
import { run } from './run.ts';

const HOURS = 100;

test(`keeps every rule for ${HOURS} simulated hours with faults`, { timeout: 300_000 }, async () => {
  const report = await run({ hours: HOURS, seed: 1 });
  expect(report.failure).toBeUndefined();
  expect(report.hours).toBeGreaterThanOrEqual(HOURS);
  expect(report.counts.get('callers served')).toBeGreaterThan(0);
});

test('replays a seed exactly', { timeout: 300_000 }, async () => {
  const once = await run({ hours: 1, seed: 7, episode: 3 });
  const again = await run({ hours: 1, seed: 7, episode: 3 });
  expect(again).toEqual(once);
});
