import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { run } from './support/run.ts';

const fresh = inject('fresh');

test('Next builds an app whose layout, a server component, renders our provider', async () => {
  const next = join(fresh, 'node_modules/next/dist/bin/next');
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  const printed = await run(process.execPath, [next, 'build'], { cwd: fresh, env });
  expect(printed).toContain('/api/realtime-session');
  expect(await readFile(join(fresh, '.next/server/app/index.html'), 'utf8')).toContain('<p>idle</p>');
});
