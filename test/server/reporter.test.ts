import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { compileWorker } from './support/compile.ts';
import { json, startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

const KEY = 'sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1Gd5Fs0Aj';
const signedIn = { 'content-type': 'application/json', authorization: 'Bearer demo' };

let script: string;
let upstream: Upstream;
beforeAll(async () => {
  script = await compileWorker('reporter-process');
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

/** Starts a server as its own process, and collects what it writes to standard error and sends to its parent. */
async function startServer(
  mode: 'default' | 'silent' | 'recipe',
  env: Readonly<Record<string, string>> = {},
) {
  const { OPENAI_API_KEY: _, ...inherited } = process.env;
  const child = fork(script, [upstream.origin, mode], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  const mint = async (headers: Record<string, string> = signedIn) => {
    const response = await fetch(origin, { method: 'POST', headers, body: '{}' });
    const { request_id } = (await response.json()) as { request_id?: string };
    return { status: response.status, requestId: String(request_id) };
  };
  return { mint, lines: () => printed.split('\n').filter((line) => line !== ''), messages };
}

describe('a server without onEvent', () => {
  it('prints that OPENAI_API_KEY is missing', async () => {
    const server = await startServer('default');
    const { status, requestId } = await server.mint();
    expect(status).toBe(500);
    await expect
      .poll(server.lines)
      .toEqual([
        `[realtime-session] server_misconfigured: \`apiKey\` is not set; set OPENAI_API_KEY in the environment of this server, and start it again. (request ${requestId})`,
      ]);
  });

  it('prints that the key is wrong, without the key and without a line for a missing sign-in', async () => {
    upstream.reply = json(401, { error: { code: 'invalid_api_key', message: `Incorrect: ${KEY}` } });
    const server = await startServer('default', { OPENAI_API_KEY: KEY });
    expect((await server.mint({ 'content-type': 'application/json' })).status).toBe(401);
    const { requestId } = await server.mint();
    await expect
      .poll(server.lines)
      .toEqual([expect.stringMatching(/server_misconfigured: .*rejected the API key.*401 invalid_api_key/)]);
    expect(server.lines()[0]).toContain(requestId);
    expect(server.lines()[0]).not.toContain(KEY.slice(0, 12));
  });
});

describe('a server with onEvent', () => {
  it('prints nothing itself', async () => {
    const server = await startServer('silent');
    expect((await server.mint()).status).toBe(500);
    expect((await server.mint()).status).toBe(500);
    expect(server.lines()).toEqual([]);
  });

  it('prints and counts with the recipe', async () => {
    const server = await startServer('recipe');
    await server.mint();
    await expect.poll(server.lines).toEqual([expect.stringContaining('OPENAI_API_KEY')]);
    await expect.poll(() => server.messages).toContainEqual({ counted: 'failed' });
  });
});
