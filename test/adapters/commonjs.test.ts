import { startProgram } from './support/child.ts';
import { describeConformance } from './conformance.ts';

describeConformance({
  name: 'Express 5 in a CommonJS program',
  path: '/api/realtime-session',
  quirks: { doubleSlash: 404 },
  start: (origin) =>
    startProgram({ args: ['app.cjs'], folder: 'fixtures/commonjs', env: { UPSTREAM_ORIGIN: origin } }),
});
