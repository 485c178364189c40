import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errorOutput: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd }, (error, output, errorOutput) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, output, errorOutput });
    });
  });
}

async function runOrThrow(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output, errorOutput } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}${errorOutput}`);
}

const packageFolders = ['protocol', 'doctor'].map((name) =>
  fileURLToPath(new URL(`../../packages/${name}`, import.meta.url)),
);
const pnpm = fileURLToPath(new URL('../../node_modules/.bin/pnpm', import.meta.url));

/** The API's response to a mint, including the instructions, which must stay on the server. */
const minted = () => ({
  value: 'ek_68af296e8e408191a1120ab6383263c2',
  expires_at: Math.floor(Date.now() / 1000) + 120,
  session: { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'The system prompt of the owner.' },
});

describe('npx @realtime-session/doctor', () => {
  let folder: string;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    for (const packageFolder of packageFolders)
      await runOrThrow(pnpm, ['pack', '--pack-destination', folder], packageFolder);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=6', '--fetch-retry-mintimeout=2000']; // prettier-ignore
    await runOrThrow('npm', ['install', ...flags, ...tarballs.map((name) => `./${name}`)], folder);
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((close) => close()));
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Runs exactly the documented command. */
  const doctor = (...args: string[]): Promise<CommandResult> =>
    run('npx', ['@realtime-session/doctor', ...args], folder);

  it('exits with 0 when the route is made with createSessionHandler', async () => {
    const upstream = await serve((message, response) => {
      message.resume();
      message.on('end', () =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(minted())),
      );
    });
    const handler = createSessionHandler({
      apiKey: 'sk-of-the-tests-0123456789',
      authorize: (request) => (request.headers.get('cookie') === 'sid=1' ? { id: 'user-1' } : null),
      session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
      upstream: compatible({ baseUrl: upstream }),
    });
    const { code, output } = await doctor(await serve(toNodeHandler(handler)), '--cookie', 'sid=1');
    expect(output).toContain('11 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  });

  it('exits with 1 and lists what to fix when the route is insecure', async () => {
    const url = await serve((_message, response) => response.end(JSON.stringify(minted())));
    const { code, output } = await doctor(url, '--json');
    const { checks } = JSON.parse(output) as { checks: { id: string; outcome: string }[] };
    const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
    expect(failed).toEqual(['anonymous', 'cross-site', 'method', 'cache', 'secrets']);
    expect(code).toBe(1);
  });

  it('exits with 2 when the server does not run', async () => {
    const origin = await serve(() => undefined);
    await cleanups.pop()?.();
    const { code, output, errorOutput } = await doctor(`${origin}/mint`);
    expect([code, output]).toEqual([2, '']);
    expect(errorOutput).toContain('connection refused (ECONNREFUSED); start the server, or check the port.');
  });
});
