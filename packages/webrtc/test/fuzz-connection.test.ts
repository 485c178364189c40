import { expect, test } from 'vitest';
import { fuzz } from '../../../test/simulation/connections/fuzz.ts';
import { generateSchedule } from '../../../test/simulation/connections/generate-schedule.ts';
import { runSchedule } from '../../../test/simulation/connections/run-schedule.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const schedules = Number(process.env['FUZZ_SCHEDULES'] ?? 300);

test(
  `keeps every rule in ${schedules} random schedules from seed ${seed}`,
  { timeout: 7_200_000 },
  async () => {
    const { failure } = await fuzz(
      { generate: generateSchedule, run: runSchedule, command: 'pnpm fuzz:connections --only vanilla' },
      { seed, schedules },
    );
    if (failure) throw new Error(failure);
  },
);

test('replays a seed exactly', async () => {
  const schedule = generateSchedule(7);
  expect(generateSchedule(7)).toEqual(schedule);
  expect(await runSchedule(schedule)).toEqual(await runSchedule(schedule));
});

test('opens, loses and reopens calls in its schedules', async () => {
  const { counts } = await fuzz(
    { generate: generateSchedule, run: runSchedule, command: '' },
    { seed: 1, schedules: 150 },
  );
  for (const name of [
    'calls opened',
    'calls reopened',
    'post ok',
    'heartbeat ended',
    'microphone NotAllowedError',
  ]) {
    expect(counts.get(name) ?? 0, name).toBeGreaterThan(0);
  }
});
