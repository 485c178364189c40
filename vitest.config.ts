import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('packages', import.meta.url));

/** Sources instead of builds, so that the inner loop needs no build step. */
const sources = [
  {
    find: /^@realtime-session\/(core|react|protocol|server|emulator|webrtc)$/,
    replacement: `${packages}/$1/src/index.ts`,
  },
  {
    find: /^@realtime-session\/(core|react|server|emulator)\/([\w-]+)$/,
    replacement: `${packages}/$1/src/$2.ts`,
  },
];

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
            'test/simulation/**/*.test.ts',
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
