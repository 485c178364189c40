import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createSessionHandler } from '@realtime-session/server';
import { Redis } from '@upstash/redis';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { drainOnSigterm } from './recipes/drain.ts';
import { upstashLimiter } from './recipes/upstash.ts';
import { listen } from './support/listen.ts';

const recipes = new URL('recipes/', import.meta.url);
const docs = new URL('../../packages/server/docs/', import.meta.url);

async function printed(): Promise<string> {
  const names = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  const pages = ['../README.md', ...names];
  return (await Promise.all(pages.map((name) => readFile(new URL(name, docs), 'utf8')))).join('\n');
}

describe('the documented recipes', () => {
  it('are the files that the tests run', async () => {
    const text = await printed();
    const names = await readdir(recipes);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      expect(text).toContain(`\`\`\`ts\n${await readFile(new URL(name, recipes), 'utf8')}\`\`\`\n`);
    }
  });

  it('start with a mint route that requires authorization', async () => {
    const port = await freePort();
    process.env['PORT'] = String(port);
    await import('./recipes/quick-start.ts');
    const url = `http://127.0.0.1:${port}`;
    const init = { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: '{}' };
    expect((await fetch(url, init)).status).toBe(401);
  });

  it('drain when the process receives SIGTERM', async () => {
    const before = process.listeners('SIGTERM');
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: () => null,
      session: {},
    });
    const server = createServer().listen(0, '127.0.0.1');
    drainOnSigterm(handler, server);
    const [onSigterm] = process.listeners('SIGTERM').filter((listener) => !before.includes(listener));
    const closed = once(server, 'close');
    onSigterm?.('SIGTERM');
    await closed;
    expect((await handler(new Request('http://app.test/mint', { method: 'POST' }))).status).toBe(503);
  });

  it('refuse when the store behind Upstash fails', async () => {
    const store = await listen(createServer((_message, response) => response.writeHead(500).end('{}')));
    const redis = new Redis({ url: store.origin, token: 'of-the-tests', retry: false });
    const result = upstashLimiter(redis).consume('principal:ada', { signal: AbortSignal.timeout(5000) });
    await expect(result).rejects.toThrow();
    await store.close();
  });

  it.each(['pino.ts', 'opentelemetry.ts'])('stay short: %s', async (name) => {
    const lines = (await readFile(new URL(name, recipes), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(15);
  });
});
