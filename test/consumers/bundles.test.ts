import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { bundlers } from './support/bundlers.ts';
import { manifestOf } from './support/packages.ts';

const fresh = inject('fresh');

describe.each(bundlers)('$name', (bundler) => {
  test('bundles a React page, without schemas and without modules of Node', async () => {
    const { code, modules } = await bundler.bundle(fresh);
    expect(modules.join('\n')).toMatch(/@realtime-session\/react\/dist\/webrtc\.js/);
    expect(
      modules.filter((path) => /node_modules\/zod|realtime-session\/(server|protocol|emulator)/.test(path)),
    ).toEqual([]);
    expect(code).toContain('realtime-session');
    expect(code).not.toMatch(/["'`]node:|ZodError/);
  });
});

test("every entry of the React package says 'use client' in its first line", async () => {
  const entries = Object.values(manifestOf('react').exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target['default'] ?? ''],
  );
  const firstLines = entries.map(async (entry) => {
    const text = await readFile(join(fresh, 'node_modules/@realtime-session/react', entry), 'utf8');
    return text.split('\n')[0];
  });
  expect(await Promise.all(firstLines)).toEqual(entries.map(() => "'use client';"));
});
