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

/** The limit of the example: tokens a minute and user. */
const PER_USER = 5;

interface Answer {
  readonly status: number;
  readonly process: string;
}

/** Mints over a connection of its own, which is what is dealt out to the processes. */
function mintAlone(url: string, cookie: string): Promise<Answer> {
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

/** On a machine that is starved, a verdict of Redis may be late: a 503, as it should be. Nothing else is tried again. */
const retry = { count: 3, condition: /unavailable: [1-9]/ };

it('three processes share one limit exactly, and one sign-in', { retry }, async () => {
  const { url } = await startExample('redis');
  const routes = servers.find(({ name }) => name === 'redis')!;
  // The same user, twice.
  const cookies = [await signIn(url, routes), await signIn(url, routes)];
  const asked = Array.from({ length: 30 }, (_, index) => mintAlone(url, cookies[index % 2]!));
  const answers = await Promise.all(asked);

  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(count(200)).toBeLessThanOrEqual(PER_USER);
  const refused = 30 - PER_USER;
  expect({ unavailable: count(503), minted: count(200), refused: count(429) }).toEqual({ unavailable: 0, minted: PER_USER, refused }); // prettier-ignore
  expect(new Set(answers.map((answer) => answer.process)).size).toBe(3);
});

it('ends with one sentence when there is no Redis to start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'realtime-session-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const cwd = fileURLToPath(new URL('../../examples/redis/', import.meta.url));
  const child = spawn(process.execPath, ['start.js'], { cwd, env: { ...process.env, PATH: folder } });
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect({ code, complaint }).toEqual({
    code: 1,
    complaint: 'No redis-server was found: install Redis, or set REDIS_URL.\n',
  });
});

it('ends with one sentence when there is no Redis at REDIS_URL', async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await runExample('redis', { REDIS_URL, PORT: String(await freePort()) });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'No Redis was found at REDIS_URL: correct it, or unset it to have one started.\n',
  });
});
