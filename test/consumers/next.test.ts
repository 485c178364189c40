import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { run } from './support/run.ts';

const consumer = inject('consumer');

test('Next builds an app with the provider in a server component', async () => {
  const next = join(consumer, 'node_modules/next/dist/bin/next');
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  const printed = await run(process.execPath, [next, 'build'], { cwd: consumer, env });
  expect(printed).toContain('/api/realtime-session');
  expect(printed).toContain('/api/realtime-call');
  expect(await readFile(join(consumer, '.next/server/app/index.html'), 'utf8')).toContain('<p>idle</p>');
});
