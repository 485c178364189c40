import { createRequire } from 'node:module';
import { beforeAll } from 'vitest';
import { runToEnd, startProgram } from './support/child.ts';
import { describeCallConformance } from './conformance-calls.ts';
import { describeConformance } from './conformance.ts';
import type { Quirks } from './conformance.ts';

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const folder = 'fixtures/next';

beforeAll(() => runToEnd({ args: [next, 'build'], folder }));

const start = (origin = '') =>
  startProgram({
    args: [next, 'start', '--port', '0', '--hostname', '127.0.0.1', '--keepAliveTimeout', '100'],
    folder,
    env: { UPSTREAM_ORIGIN: origin },
  });

/** Next redirects unusual request targets. */
const quirks: Quirks = { doubleSlash: 308, absolute: 308 };

describeConformance({
  name: 'Next, app router',
  path: '/api/realtime-session',
  trustedPath: '/trusted',
  // Next puts its own host into `request.url`, and responds to unknown methods itself.
  quirks: { ...quirks, address: 'unknown', host: /^localhost:\d+$/, methods: { PROPFIND: 400, TRACE: 500 } },
  start,
});

describeConformance({
  name: 'Next, pages router',
  path: '/api/session',
  quirks: { ...quirks, tooLong: 'reads-on' },
  start,
});

describeConformance({
  name: 'Next, pages router without its body parser',
  path: '/api/unparsed',
  quirks,
  start,
});

describeCallConformance({ name: 'Next, app router', path: '/api/realtime-call', start: () => start() });

describeCallConformance({ name: 'Next, pages router', path: '/api/call', start: () => start() });
