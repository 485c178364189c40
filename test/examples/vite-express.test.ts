import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startExample } from '../support/examples.ts';
import { mint, mintAnonymously, servers, signIn } from './visitor.ts';

it('vite-express serves the page with Vite and mints during development', async () => {
  const example = await startExample('vite-express');
  vi.stubEnv('PORT', new URL(example.url).port);
  onTestFinished(() => void vi.unstubAllEnvs());
  const root = fileURLToPath(new URL('../../examples/vite-express/', import.meta.url));
  const vite = await createServer({
    root,
    logLevel: 'error',
    cacheDir: 'dist/.vite',
    optimizeDeps: { noDiscovery: true },
    server: { host: '127.0.0.1', port: 0 },
  });
  onTestFinished(() => vite.close());
  await vite.listen();
  const [address = ''] = vite.resolvedUrls?.local ?? [];
  const url = new URL(address).origin;

  expect(await (await fetch(url)).text()).toContain('/@vite/client');
  const routes = servers.find(({ name }) => name === 'vite-express')!;
  expect((await mintAnonymously(url, routes)).status).toBe(401);
  expect((await mint(url, routes, await signIn(url, routes))).status).toBe(200);
});
