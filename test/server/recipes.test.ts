import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';

const recipes = new URL('recipes/', import.meta.url);
const docs = new URL('../../packages/server/docs/', import.meta.url);

async function printed(): Promise<string> {
  const names = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  const pages = ['../README.md', ...names];
  return (await Promise.all(pages.map((name) => readFile(new URL(name, docs), 'utf8')))).join('\n');
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

  it('begin with a mint route that refuses strangers', async () => {
    const port = await freePort();
    process.env['PORT'] = String(port);
    await import('./recipes/quick-start.ts');
    const url = `http://127.0.0.1:${port}`;
    const init = { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: '{}' };
    expect((await fetch(url, init)).status).toBe(401);
  });

  it.each(['pino.ts', 'opentelemetry.ts'])('are short: %s', async (name) => {
    const lines = (await readFile(new URL(name, recipes), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(15);
  });
});
