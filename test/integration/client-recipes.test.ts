import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { build } from 'tsup';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveMintRoute } from '../support/mint-route.ts';
import { createCertificate, createTrustingFetch } from '../support/tls.ts';
import type { AdvanceMessage, ResponseMessage } from './programs/client-recipes.ts';

const TTL_SECONDS = 60;
const here = fileURLToPath(new URL('.', import.meta.url));
const program = join(here, 'dist/client-recipes.js');

beforeAll(() =>
  build({
    config: false,
    entry: [join(here, 'programs/client-recipes.ts')],
    outDir: join(here, 'dist'),
    outExtension: () => ({ js: '.js' }),
    format: 'esm',
    target: 'es2022',
    // Import packages instead of bundling their sources, which tsconfig.json maps them to. Bundle the recipes.
    external: [/^(?!.*example-official-clients)[^./]/],
    noExternal: [/example-official-clients/],
    silent: true,
  }),
);

describe('the recipes in Node', () => {
  it.each(['openai', 'agents'])(
    '%s reconnects with a new token when the connection is lost after the first token expired',
    async (client) => {
      const tls = await createCertificate();
      const emulator = await createRealtimeEmulator({ tls, responsePaceMs: 0, generation: 'current' });
      onTestFinished(() => emulator.close());
      const mintRoute = await serveMintRoute({
        apiKey: emulator.apiKey,
        upstream: compatible({ baseUrl: emulator.url }),
        fetch: createTrustingFetch(tls.cert),
        session: {
          type: 'realtime',
          model: 'gpt-realtime-2.1',
          instructions: 'You are a friendly assistant.',
        },
        ttlSeconds: TTL_SECONDS,
      });
      const folder = await mkdtemp(join(tmpdir(), 'realtime-session-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, 'ca.pem'), tls.cert);
      const child = fork(program, [client, mintRoute, `${emulator.webSocketUrl}?model=gpt-realtime-2.1`], {
        env: {
          ...process.env,
          NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
          OPENAI_BASE_URL: `${emulator.url}/v1`,
        },
      });
      const exited = once(child, 'exit');
      onTestFinished(async () => {
        child.disconnect();
        await exited;
      });
      const nextResponse = async () => ((await once(child, 'message')) as [ResponseMessage])[0].text;

      expect(await nextResponse()).toContain('good morning');
      expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 1 });

      emulator.advance(TTL_SECONDS * 1000);
      child.send({ advanceMs: TTL_SECONDS * 1000 } satisfies AdvanceMessage);
      const secondResponse = nextResponse();
      await emulator.dropSessions();
      expect(await secondResponse).toContain('good morning');
      expect(emulator.stats()).toMatchObject({ mints: 2, sessions: 2, openSessions: 1 });
    },
  );
});

describe('the recipes in the README', () => {
  const example = new URL('../../examples/official-clients/', import.meta.url);

  it('are the files that the tests run, at most ten lines each', async () => {
    const readme = await readFile(new URL('README.md', example), 'utf8');
    const printed = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
    const names = await readdir(new URL('src', example));
    const files = await Promise.all(names.map((name) => readFile(new URL(`src/${name}`, example), 'utf8')));
    expect(printed.sort()).toEqual(files.sort());
    const lines = files.map((code) => code.split('\n').filter((line) => line !== '').length);
    expect(Math.max(...lines)).toBeLessThanOrEqual(10);
  });
});
