import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { occupyPort } from '../support/free-port.ts';
import { firstEvent } from '../support/first-event.ts';
import { createExampleRunner, startQuickstart, type RunningExample } from '../support/examples.ts';

/** The process exits after 800 ms at the latest. On a busy machine, starting and exiting both take longer. */
const EXIT_TIMEOUT_MS = 4_000;

/** Mints as the page does. Without a cookie, as a client that never opened the page. */
function mint(url: string, cookie?: string): Promise<Response> {
  return fetch(`${url}/api/realtime-session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url, ...(cookie === undefined ? {} : { cookie }) },
    body: '{}',
  });
}

/** Opens the page as a new visitor and returns the `Set-Cookie` header. */
async function openPageAsVisitor(url: string): Promise<string> {
  return (await fetch(url)).headers.get('set-cookie') ?? '';
}

const toCookie = (setCookie: string): string => setCookie.split(';', 1)[0] ?? '';

function emulatorOf(app: RunningExample): string {
  return /^emulator (\S+)/m.exec(app.output().stdout)?.[1] ?? '';
}

/** Runs before the tests of a suite, for tests that do not change it. */
function useQuickstart(): () => RunningExample {
  const stops: (() => Promise<void>)[] = [];
  let app: RunningExample;
  beforeAll(async () => {
    const { startQuickstart: start } = createExampleRunner((stop) => stops.push(stop));
    app = await start({ PORT: '0', EMULATOR_PORT: '0' });
  });
  afterAll(() => Promise.all(stops.map((stop) => stop())));
  return () => app;
}

describe('the running quickstart', () => {
  const running = useQuickstart();

  it('prints that the emulator is free, a command that mints with its key, and the address to open', () => {
    const { stdout, stderr } = running().output();
    expect(stdout).toMatch(
      /^emulator http:\/\/127\.0\.0\.1:\d+ \(in place of OpenAI: local and free; its key is sk-emulator\)\n/,
    );
    expect(stdout).toMatch(/\nopen http:\/\/localhost:\d+\n$/);
    expect(stderr).toBe('');
  });

  it('prints a curl command that mints a token when it is pasted into another terminal', async () => {
    const command = /^ +(curl .+)$/m.exec(running().output().stdout)?.[1] ?? '';

    const { stdout } = await promisify(execFile)('sh', ['-c', command]);

    expect(JSON.parse(stdout)).toMatchObject({ value: expect.stringMatching(/^ek_/) });
  });

  it('serves the page at localhost and at 127.0.0.1', async () => {
    const { port } = new URL(running().url);

    for (const host of ['localhost', '127.0.0.1'])
      expect((await fetch(`http://${host}:${port}`)).status).toBe(200);
  });
});

describe('starting the quickstart', () => {
  it('prints that calls cost money and no emulator when there is an API key', async () => {
    const app = await startQuickstart({
      PORT: '0',
      OPENAI_API_KEY: 'sk-some-key',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    });

    const { stdout } = app.output();
    expect(stdout).toMatch(
      /^This is the real API \(compatible API, 127\.0\.0\.1:9\) with your OPENAI_API_KEY: calls cost money\.\n/,
    );
    expect(stdout).toMatch(/\nopen http:\/\/localhost:\d+\n$/);
    expect(stdout).not.toContain('sk-some-key');
  });

  it('uses the next free ports when no port is set and the defaults are busy', async () => {
    const first = await startQuickstart({});
    const second = await startQuickstart({});

    expect(second.url).not.toBe(first.url);
    expect((await fetch(second.url)).status).toBe(200);
  });

  it.concurrent.for(['PORT', 'EMULATOR_PORT'])(
    'exits with one sentence when %s is busy',
    async (variable, { expect, onTestFinished }) => {
      const { runQuickstart } = createExampleRunner(onTestFinished);
      const occupied = await occupyPort();
      onTestFinished(() => occupied.release());
      const port = String(occupied.port);
      const result = await runQuickstart({ PORT: '0', EMULATOR_PORT: '0', [variable]: port });

      expect(result).toEqual({
        code: 1,
        signal: null,
        stdout: '',
        stderr: `Port ${port} is already in use: set ${variable} to a free port, or unset it to use any free port.\n`,
      });
    },
  );

  it.concurrent.for(['not-a-key', 'sk-with space', 'sk-line\nbreak', 'sk-', 'ek_token'])(
    'exits with one sentence that does not contain the key when OPENAI_API_KEY is malformed (%j)',
    async (key, { expect, onTestFinished }) => {
      const { runQuickstart } = createExampleRunner(onTestFinished);
      const result = await runQuickstart({ PORT: '0', OPENAI_API_KEY: key });

      expect(result).toEqual({
        code: 1,
        signal: null,
        stdout: '',
        stderr:
          'OPENAI_API_KEY is not an API key: set it to one that starts with "sk-" and has no spaces, or unset it to use the emulator.\n',
      });
    },
  );

  it.concurrent.for([
    ['PORT', 'web'],
    ['PORT', '70000'],
    ['SESSION_TTL_SECONDS', '5'],
    ['SESSION_TTL_SECONDS', '1e2'],
  ] as const)(
    'exits with one sentence when %s is %s',
    async ([variable, value], { expect, onTestFinished }) => {
      const { runQuickstart } = createExampleRunner(onTestFinished);
      const result = await runQuickstart({ [variable]: value });

      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(
        new RegExp(`^${variable} must be a whole number from \\d+ to \\d+: .+\\n$`),
      );
    },
  );

  it('rejects an API address that would send the key unencrypted', async ({ onTestFinished }) => {
    const { runQuickstart } = createExampleRunner(onTestFinished);
    const result = await runQuickstart({
      OPENAI_API_KEY: 'sk-some-key',
      OPENAI_BASE_URL: 'http://example.com/v1',
    });

    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^OPENAI_BASE_URL cannot be used: .*https.*\n$/);
  });
});

describe('starting the quickstart with a flag', () => {
  it.each(['--calls', '--live'])('has a call route and no mint route with %s', async (flag) => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, flag);
    const cookie = toCookie(await openPageAsVisitor(app.url));

    expect((await mint(app.url, cookie)).status).toBe(404);
    const headers = { 'Content-Type': 'application/json', Origin: app.url, cookie };
    const response = await fetch(`${app.url}/api/realtime-call`, { method: 'POST', headers, body: '{}' });
    expect(await response.json()).toMatchObject({ code: 'invalid_offer' });
    expect((await app.stop()).code).toBe(0);
  });

  it('exits with one sentence when the flag is unknown', async ({ onTestFinished }) => {
    const { runQuickstart } = createExampleRunner(onTestFinished);
    const result = await runQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, '--call');
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Unknown flag --call: use --calls or --live.\n',
    });
  });
});

describe('stopping the quickstart', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'exits quickly with code 0 on %s while a session is open',
    async (signal) => {
      const startingMs = performance.now();
      const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
      const startMs = performance.now() - startingMs;
      // Keeps a connection alive and a session open, as a page does.
      const response = await mint(app.url, toCookie(await openPageAsVisitor(app.url)));
      const { value } = (await response.json()) as { value: string };
      const sessions = `${emulatorOf(app).replace('http', 'ws')}/v1/realtime?model=gpt-realtime-2.1`;
      expect(await firstEvent(sessions, value)).toMatchObject({ type: 'session.created' });

      const startedMs = performance.now();
      const result = await app.stop(signal);

      expect(result).toMatchObject({ code: 0, signal: null });
      expect(performance.now() - startedMs).toBeLessThan(EXIT_TIMEOUT_MS + 2 * startMs);
      expect(app.output().stderr).toBe('');
    },
  );
});

describe('the mint route of the quickstart', () => {
  it('mints for a visitor who opened the page and rejects others', async () => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0', SESSION_TTL_SECONDS: '60' });
    expect((await mint(app.url)).status).toBe(401);

    const cookie = await openPageAsVisitor(app.url);
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
    const response = await mint(app.url, toCookie(cookie));

    expect(response.status).toBe(200);
    const { value, expires_in } = (await response.json()) as { value: string; expires_in: number };
    expect(value).toMatch(/^ek_/);
    // Up to two seconds of the minute can have passed.
    expect(60 - expires_in).toBeOneOf([0, 1, 2]);
  });

  it('reports only once that the API rejects the key', async () => {
    const emulator = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
    const env = { OPENAI_API_KEY: 'sk-not-this-one', OPENAI_BASE_URL: emulatorOf(emulator) };
    const app = await startQuickstart({ PORT: '0', ...env });
    const cookie = toCookie(await openPageAsVisitor(app.url));

    for (let round = 0; round < 3; round += 1) {
      expect((await mint(app.url, cookie)).status).toBe(500);
    }

    const { stderr } = app.output();
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('server_misconfigured')]);
    expect(stderr).not.toContain('sk-not-this-one');
  });
});

describe('breaking the mint route of the quickstart', () => {
  const switchTo = (url: string, body: string, cookie = '') =>
    fetch(`${url}/api/demo/route`, { method: 'PUT', headers: { cookie }, body });

  it('answers with 503 until a visitor mends it', async () => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' });
    const cookie = toCookie(await openPageAsVisitor(app.url));

    expect((await switchTo(app.url, '{"state":"broken"}', cookie)).status).toBe(200);
    expect((await mint(app.url, cookie)).status).toBe(503);
    expect(await (await fetch(`${app.url}/api/config`)).json()).toMatchObject({ isRouteBroken: true });
    expect((await switchTo(app.url, '{"state":"working"}', cookie)).status).toBe(200);
    expect((await mint(app.url, cookie)).status).toBe(200);
  });

  describe('that a visitor does not break', () => {
    const running = useQuickstart();

    it.each(['', '{', 'null', '{"state":"off"}', `{"state":"${'broken'.repeat(400)}"}`])(
      'rejects the body %j',
      async (body) => {
        const { url } = running();
        const cookie = toCookie(await openPageAsVisitor(url));

        expect((await switchTo(url, body, cookie)).status).toBe(400);
        expect((await mint(url, cookie)).status).toBe(200);
      },
    );

    it('rejects a client that never opened the page', async () => {
      expect((await switchTo(running().url, '{"state":"broken"}')).status).toBe(400);
    });
  });
});
