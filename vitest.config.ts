import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { reactCompiler } from './config/vitest.react-compiled.ts';
import { react18 } from './config/vitest.react18.ts';
import { expectOptions, sources, unitTimeouts } from './config/vitest.shared.ts';

/** Measure code that the engine has optimized for them alone. */
const measuringTests = ['packages/core/test/allocation.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default'],
    // By default, one core stays free, which is half of a machine with two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias: sources },
        test: {
          name: 'unit',
          ...unitTimeouts,
          include: ['packages/{core,protocol,server,emulator,webrtc,doctor}/test/**/*.test.ts'],
          exclude: measuringTests,
          // One process loads the modules once for many files: compare with `--isolate`. Modules keep no state between tests.
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        resolve: { alias: sources },
        test: {
          name: 'unit-isolated',
          ...unitTimeouts,
          include: ['test/{docs,simulation}/**/*.test.ts', ...measuringTests],
        },
      },
      {
        resolve: { alias: sources },
        test: {
          name: 'react',
          environment: 'happy-dom',
          ...unitTimeouts,
          include: ['packages/react/test/**/*.test.{ts,tsx}'],
          env: { REACT_MAJOR: '19' },
        },
      },
      {
        plugins: [reactCompiler],
        resolve: { alias: sources },
        test: {
          name: 'react-compiled',
          environment: 'happy-dom',
          ...unitTimeouts,
          include: ['packages/react/test/**/*.test.tsx'],
          env: { REACT_MAJOR: '19', REACT_COMPILER: 'on' },
        },
      },
      {
        plugins: [react18],
        resolve: { alias: sources },
        test: {
          name: 'react18',
          environment: 'happy-dom',
          ...unitTimeouts,
          include: ['packages/react/test/**/*.test.{ts,tsx}'],
          exclude: ['packages/react/test/activity.test.tsx'],
          env: { REACT_MAJOR: '18' },
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'test/{integration,adapters,clients,examples,frameworks,react-native,runtimes,server,sign-in}/**/*.test.ts',
          ],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: expectOptions,
        },
      },
      {
        test: {
          name: 'consumers',
          include: ['test/consumers/*.test.ts'],
          globalSetup: 'test/consumers/support/consumer-folder.ts',
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'start',
          include: ['test/start/**/*.test.ts'],
          globalSetup: 'test/start/support/pack.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: expectOptions,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/{browser,engines}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: expectOptions,
        },
      },
    ],
  },
});
