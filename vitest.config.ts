import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        resolve: { alias: sources },
        test: {
          name: 'unit',
          include: [
            'packages/{core,protocol,server,emulator,webrtc}/test/**/*.test.ts',
            'test/{docs,simulation}/**/*.test.ts',
          ],
        },
      },
      {
        resolve: { alias: sources },
        test: {
          name: 'react',
          environment: 'happy-dom',
          include: ['packages/react/test/**/*.test.{ts,tsx}'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,adapters,runtimes,server}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
