import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const recipes = new URL('recipes/', import.meta.url);
const docs = new URL('../../packages/server/docs/', import.meta.url);

async function printed(): Promise<string> {
  const names = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  return (await Promise.all(names.map((name) => readFile(new URL(name, docs), 'utf8')))).join('\n');
}

describe('the recipes in the documentation', () => {
  it('are the files that the tests run', async () => {
    const text = await printed();
    const names = await readdir(recipes);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      expect(text).toContain(`\`\`\`ts\n${await readFile(new URL(name, recipes), 'utf8')}\`\`\`\n`);
    }
  });

  it.each(['pino.ts', 'opentelemetry.ts'])('are short: %s', async (name) => {
    const lines = (await readFile(new URL(name, recipes), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(15);
  });
});
