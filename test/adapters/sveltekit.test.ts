import { createRequire } from 'node:module';
import { beforeAll } from 'vitest';
import { runToEnd, startProgram } from './support/child.ts';
import { describeConformance } from './conformance.ts';

const require = createRequire(import.meta.url);
const vite = require.resolve('vite/package.json').replace('package.json', 'bin/vite.js');
const folder = 'fixtures/sveltekit';

beforeAll(() => runToEnd({ args: [vite, 'build'], folder }));

describeConformance({
  name: 'SvelteKit with its Node adapter',
  path: '/api/realtime-session',
  trustedPath: '/trusted',
  // SvelteKit answers odd targets, `TRACE` and what a form could send by itself, and resets a connection whose body it is not to read.
  quirks: { doubleSlash: 500, absolute: 404, plainText: 403, methods: { TRACE: 400 }, tooLong: 'hangs-up' },
  start: (origin) =>
    startProgram({
      args: ['dist/build/index.js'],
      folder,
      env: { UPSTREAM_ORIGIN: origin, HOST: '127.0.0.1', PORT: '0', ORIGIN: 'http://app.test' },
    }),
});
