import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { bundlers } from './support/bundlers.ts';
import { readManifest } from './support/packages.ts';

const consumer = inject('consumer');

describe.each(bundlers)('$name', (bundler) => {
  test('bundles a React page without zod, server packages and Node modules', async () => {
    const { code, modules } = await bundler.bundle(consumer);
    expect(modules.join('\n')).toMatch(/@realtime-session\/react\/dist\/webrtc\.js/);
    expect(
      modules.filter((path) => /node_modules\/zod|realtime-session\/(server|protocol|emulator)/.test(path)),
    ).toEqual([]);
    expect(code).toContain('realtime-session');
    expect(code).not.toMatch(/["'`]node:|ZodError/);
  });
});

test("every entry of the React package starts with 'use client'", async () => {
  const entries = Object.values(readManifest('react').exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target['default'] ?? ''],
  );
  const firstLines = entries.map(async (entry) => {
    const text = await readFile(join(consumer, 'node_modules/@realtime-session/react', entry), 'utf8');
    return text.split('\n')[0];
  });
  expect(await Promise.all(firstLines)).toEqual(entries.map(() => "'use client';"));
});
