import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeStartPage } from './support/started-app.ts';

describe('the page for Vite, React and Express', () => {
  const app = describeStartPage('getting-started-vite', 'create-vite');

  test('has an app that type-checks and builds with the untouched scripts of the template', async () => {
    const { scripts } = JSON.parse(await app.read('package.json')) as { scripts: Record<string, string> };
    expect(scripts['build']).toBe('tsc -b && vite build');
    expect(await app.run('npm run build')).toContain('built in');
  });

  test('has an app in which the snippets of the testing page compile', async () => {
    await app.add('vite');
    const snippets = testingSnippets();
    expect(snippets).toHaveLength(2);
    for (const [index, code] of snippets.entries()) await app.write(`src/snippet-${index}.ts`, code);
    expect(await app.run('npx tsc -b')).toBe('');
  });
});

/** Snippets of the page about testing that need only our packages and a test runner. */
function testingSnippets(): readonly string[] {
  const page = readFileSync(new URL('../../docs/guide/testing.md', import.meta.url), 'utf8');
  const snippets = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  const allowed = /^@realtime-session\/|^vitest$/;
  return snippets.filter((code) =>
    [...code.matchAll(/from '([^']+)'/g)].every(([, from = '']) => allowed.test(from)),
  );
}
