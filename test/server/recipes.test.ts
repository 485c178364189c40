import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { Redis } from '@upstash/redis';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { upstashLimiter } from './recipes/upstash.ts';
import { listen } from './support/listen.ts';

const recipes = new URL('recipes/', import.meta.url);
const folders = ['../../packages/server/docs/', '../../docs/operations/'];

/** Stands for code that a reader has. */
const standIns = ['users.ts'];

const languages: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.yaml': 'yaml',
  '.conf': 'nginx',
  '': 'dockerfile',
};

async function printed(): Promise<string> {
  const pages = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(new URL(folder, import.meta.url));
      return names.filter((name) => name.endsWith('.md')).map((name) => folder + name);
    }),
  );
  const all = ['../../packages/server/README.md', ...pages.flat()];
  return (await Promise.all(all.map((page) => readFile(new URL(page, import.meta.url), 'utf8')))).join('\n');
}

const names = (await readdir(recipes)).filter((name) => !standIns.includes(name));

describe('the documented recipes', () => {
  it.each(names)('print %s, which the tests use', async (name) => {
    const code = await readFile(new URL(name, recipes), 'utf8');
    expect(await printed()).toContain(`\`\`\`${languages[extname(name)] ?? ''}\n${code}\`\`\`\n`);
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
    const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1');
    process.env['DRAIN_MS'] = '200';
    const { drainOnSigterm } = await import('./recipes/drain.ts');
    const drained = drainOnSigterm(handler, server);
    const [onSigterm] = process.listeners('SIGTERM').filter((listener) => !before.includes(listener));
    const { port } = server.address() as AddressInfo;
    const mint = () => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
    const open = await mint();
    expect([open.headers.get('connection'), handler.state]).toEqual(['keep-alive', 'open']);
    onSigterm?.('SIGTERM');
    await expect.poll(() => handler.state).toBe('draining');
    const served = await mint();
    expect([served.status, served.headers.get('connection')]).toEqual([open.status, 'close']);
    await drained;
    expect(handler.state).toBe('closed');
    expect(server.listening).toBe(false);
  });

  it('end the draining when the process receives a second SIGTERM', async () => {
    const before = process.listeners('SIGTERM');
    const newest = () =>
      process
        .listeners('SIGTERM')
        .filter((listener) => !before.includes(listener))
        .at(-1);
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: () => null,
      session: {},
    });
    const server = createServer(toNodeHandler(handler)).listen(0, '127.0.0.1');
    process.env['DRAIN_MS'] = '3600000';
    vi.resetModules();
    const { drainOnSigterm } = await import('./recipes/drain.ts');
    const drained = drainOnSigterm(handler, server);
    newest()?.('SIGTERM');
    await expect.poll(() => handler.state).toBe('draining');
    newest()?.('SIGTERM');
    await drained;
    expect(handler.state).toBe('closed');
  });

  it('write each event as a line of JSON', async () => {
    const lines: string[] = [];
    const { logLines } = await import('./recipes/log-lines.ts');
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: () => null,
      session: {},
      onEvent: logLines((line) => void lines.push(line)),
    });
    await handler(new Request('https://app.example/', { method: 'GET' }));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'info', type: 'refused', code: 'method_not_allowed' },
    ]);
  });

  it('refuse when the store behind Upstash fails', async () => {
    const store = await listen(createServer((_message, response) => response.writeHead(500).end('{}')));
    const redis = new Redis({ url: store.origin, token: 'of-the-tests', retry: false });
    const result = upstashLimiter(redis).consume('principal:ada', { signal: AbortSignal.timeout(5000) });
    await expect(result).rejects.toThrow();
    await store.close();
  });

  it.each([
    ['pino.ts', 15],
    ['drain.ts', 15],
    ['opentelemetry.ts', 30],
  ])('stay short: %s', async (name, max) => {
    const lines = (await readFile(new URL(name, recipes), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(max);
  });
});
