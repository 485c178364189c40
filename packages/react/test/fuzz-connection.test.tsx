import { expect, test } from 'vitest';
import { fuzz } from '../../../test/simulation/connections/fuzz.ts';
import { generateTree } from './fuzz-schedule.ts';
import { runTree } from './fuzz-tree.tsx';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const schedules = Number(process.env['FUZZ_SCHEDULES'] ?? 60);
const { REACT_MAJOR, REACT_COMPILER } = process.env;
const compiled = REACT_COMPILER === 'on' ? 'react-compiled' : 'react';
const project = REACT_MAJOR === '18' ? 'react18' : compiled;

test(
  `keeps every rule in ${schedules} random schedules from seed ${seed}`,
  { timeout: 7_200_000 },
  async () => {
    const { failure } = await fuzz(
      { generate: generateTree, run: runTree, command: `pnpm fuzz:connections --only ${project}` },
      { seed, schedules },
    );
    if (failure) throw new Error(failure);
  },
);

test('replays a seed exactly', async () => {
  const schedule = generateTree(7);
  expect(generateTree(7)).toEqual(schedule);
  expect(await runTree(schedule)).toEqual(await runTree(schedule));
});

test('notices a microphone that is never stopped', async () => {
  const { failure } = await fuzz(
    {
      generate: generateTree,
      run: (schedule) =>
        runTree(schedule, (platform) => ({
          ...platform,
          getUserMedia: async (constraints) => {
            const stream = await platform.getUserMedia(constraints)!;
            for (const track of stream.getTracks()) track.stop = () => undefined;
            return stream;
          },
        })),
      command: 'pnpm fuzz:connections',
    },
    { seed: 1, schedules: 100 },
  );
  expect(failure).toMatch(/^Seed \d+ broke (nothing-after-end|one-microphone)/);
});

test('opens calls with every kind of token source', async () => {
  const sources = new Set<string>();
  for (let index = 0; index < 25; index += 1) {
    const schedule = generateTree(index);
    const { counts } = await runTree(schedule);
    if (counts.get('connect() resolved')) sources.add(schedule.slots[0]!.source);
  }
  expect(sources.size).toBeGreaterThanOrEqual(4);
});
