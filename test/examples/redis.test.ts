import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runExample, startExample } from '../support/examples.ts';
import { freePort } from '../support/free-port.ts';
import { servers, signIn } from './visitor.ts';

/** The limit of the example: tokens per minute for each user. */
const TOKENS_PER_USER = 5;

interface MintResult {
  readonly status: number;
  readonly process: string;
}

/** Mints over a new connection, because the example distributes connections to its processes. */
function mintOverNewConnection(url: string, cookie: string): Promise<MintResult> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', origin: url, cookie };
    request(`${url}/api/realtime-session`, { method: 'POST', agent: false, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, process: String(response.headers['x-process']) });
    })
      .on('error', reject)
      .end('{}');
  });
}

/** Retry only if Redis was too slow on a busy machine. The example then correctly responds with 503. */
const retry = { count: 3, condition: /unavailable: [1-9]/ };

it('three processes share one limit and one sign-in', { retry }, async () => {
  const { url } = await startExample('redis');
  const routes = servers.find(({ name }) => name === 'redis')!;
  // One user with two sign-ins.
  const cookies = [await signIn(url, routes), await signIn(url, routes)];
  const requests = Array.from({ length: 30 }, (_, index) => mintOverNewConnection(url, cookies[index % 2]!));
  const results = await Promise.all(requests);

  const count = (status: number) => results.filter((result) => result.status === status).length;
  expect(count(200)).toBeLessThanOrEqual(TOKENS_PER_USER);
  const limited = 30 - TOKENS_PER_USER;
  expect({ unavailable: count(503), minted: count(200), limited: count(429) }).toEqual({ unavailable: 0, minted: TOKENS_PER_USER, limited }); // prettier-ignore
  expect(new Set(results.map((result) => result.process)).size).toBe(3);
});

it('exits with one sentence when redis-server is not installed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'realtime-session-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const cwd = fileURLToPath(new URL('../../examples/redis/', import.meta.url));
  const child = spawn(process.execPath, ['start.js'], { cwd, env: { ...process.env, PATH: folder } });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'redis-server is not installed: install Redis, or set REDIS_URL.\n',
  });
});

it('exits with one sentence when there is no Redis server at REDIS_URL', async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await runExample('redis', { REDIS_URL, PORT: String(await freePort()) });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'Redis is unreachable at REDIS_URL: correct it, or unset it to start a local Redis.\n',
  });
});
