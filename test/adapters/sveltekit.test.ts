import { createRequire } from 'node:module';
import { beforeAll } from 'vitest';
import { runToEnd, startProgram } from './support/child.ts';
import { describeCallConformance } from './conformance-calls.ts';
import { describeConformance } from './conformance.ts';

const require = createRequire(import.meta.url);
const vite = require.resolve('vite/package.json').replace('package.json', 'bin/vite.js');
const folder = 'fixtures/sveltekit';

beforeAll(() => runToEnd({ args: [vite, 'build'], folder }));

const start = (origin = '') =>
  startProgram({
    args: ['dist/build/index.js'],
    folder,
    env: { UPSTREAM_ORIGIN: origin, HOST: '127.0.0.1', PORT: '0', ORIGIN: 'http://app.test' },
  });

describeConformance({
  name: 'SvelteKit with its Node adapter',
  path: '/api/realtime-session',
  trustedPath: '/trusted',
  // SvelteKit itself responds to unusual targets, `TRACE` and requests that a form could send, and resets a connection with an unread body.
  quirks: { doubleSlash: 500, absolute: 404, plainText: 403, methods: { TRACE: 400 }, tooLong: 'hangs-up' },
  start,
});

describeCallConformance({
  name: 'SvelteKit with its Node adapter',
  path: '/api/realtime-call',
  plainText: 403,
  start: () => start(),
});
