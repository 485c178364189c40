import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen } from './support/listen.ts';
import type { Listening } from './support/listen.ts';
import { minted, startUpstream } from './support/upstream.ts';

interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd }, (error, printed, complained) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, printed, complained });
    });
  });
}

async function must(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, printed, complained } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${printed}${complained}`);
}

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const pnpm = fileURLToPath(new URL('../../node_modules/.bin/pnpm', import.meta.url));

describe('npx @realtime-session/server doctor', () => {
  let folder: string;
  const started: Listening[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    for (const name of ['protocol', 'server']) {
      await must(pnpm, ['pack', '--pack-destination', folder], join(packages, name));
    }
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=6', '--fetch-retry-mintimeout=2000']; // prettier-ignore
    await must('npm', ['install', ...flags, ...tarballs.map((name) => `./${name}`)], folder);
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  });

  async function serve(listener: RequestListener): Promise<string> {
    const listening = await listen(createServer(listener));
    started.push(listening);
    return `${listening.origin}/api/realtime-session`;
  }

  /** Exactly what the documentation says to type. */
  const doctor = (...args: string[]): Promise<Ended> =>
    run('npx', ['@realtime-session/server', 'doctor', ...args], folder);

  it('finds nothing to fix at our own handler and exits with 0', async () => {
    const upstream = await startUpstream();
    started.push(upstream);
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: (request) => (request.headers.get('cookie') === 'sid=1' ? { id: 'user-1' } : null),
      session: { model: 'gpt-realtime', instructions: 'Be brief.' },
      upstream: compatible({ baseUrl: upstream.origin }),
    });
    const { code, printed } = await doctor(await serve(toNodeHandler(handler)), '--cookie', 'sid=1');
    expect(printed).toContain('10 passed, 0 to fix, 0 not checked');
    expect(code).toBe(0);
  });

  it('says what to fix at a careless route and exits with 1', async () => {
    const url = await serve((_message, response) => response.end(JSON.stringify(minted())));
    const { code, printed } = await doctor(url, '--json');
    const { checks } = JSON.parse(printed) as { checks: { id: string; outcome: string }[] };
    const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
    expect(failed).toEqual(['anonymous', 'cross-site', 'method', 'cache', 'secrets']);
    expect(code).toBe(1);
  });

  it('exits with 2 when there is nobody to examine', async () => {
    const { origin, close } = await listen(createServer());
    await close();
    const { code, printed, complained } = await doctor(`${origin}/mint`);
    expect([code, printed]).toEqual([2, '']);
    expect(complained).toContain('nothing listens there; start the server, or check the port.');
  });
});
