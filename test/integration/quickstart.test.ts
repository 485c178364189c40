import { describe, expect, it, onTestFinished } from 'vitest';
import { holdPort } from '../support/free-port.ts';
import { firstEvent } from '../support/open-session.ts';
import { runQuickstart, startQuickstart, type Env, type QuickstartProcess } from '../support/quickstart.ts';

/** The process forces its end after 800 ms, so this only tells one that hangs from one that a busy machine is slow to end. */
const PROMPT_MS = 4_000;

async function busyPort(): Promise<string> {
  const held = await holdPort();
  onTestFinished(() => held.release());
  return String(held.port);
}

async function start(env: Env) {
  const app = await startQuickstart(env);
  onTestFinished(async () => {
    await app.stop();
  });
  return app;
}

/** Mints as a page of this site does, or as somebody who never opened it. */
function mint(url: string, cookie?: string): Promise<Response> {
  return fetch(`${url}/api/realtime-session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url, ...(cookie === undefined ? {} : { cookie }) },
    body: '{}',
  });
}

/** Opens the page as a new visitor; returns the `Set-Cookie` header. */
async function visit(url: string): Promise<string> {
  return (await fetch(url)).headers.get('set-cookie') ?? '';
}

const pair = (setCookie: string): string => setCookie.split(';', 1)[0] ?? '';

function emulatorOf(app: QuickstartProcess): string {
  return /^emulator (\S+)$/m.exec(app.output().stdout)?.[1] ?? '';
}

describe('start of the quickstart', () => {
  it('prints the address of the emulator and, last, the address to open', async () => {
    const app = await start({ PORT: '0', EMULATOR_PORT: '0' });

    expect(app.output().stdout).toMatch(
      /^emulator http:\/\/127\.0\.0\.1:\d+\nopen http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    expect(app.output().stderr).toBe('');
  });

  it('prints no emulator line when there is an API key', async () => {
    const app = await start({
      PORT: '0',
      OPENAI_API_KEY: 'sk-some-key',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    });

    expect(app.output().stdout).toMatch(/^open http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it('takes the next free ports when none was asked for and the usual ones are busy', async () => {
    const first = await start({});
    const second = await start({});

    expect(second.url).not.toBe(first.url);
    expect((await fetch(second.url)).status).toBe(200);
  });

  it.each(['PORT', 'EMULATOR_PORT'])('ends with one sentence when %s is busy', async (variable) => {
    const port = await busyPort();
    const ending = await runQuickstart({ PORT: '0', EMULATOR_PORT: '0', [variable]: port });

    expect(ending).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `Port ${port} is already in use: set ${variable} to a free one, or unset it to have one picked.\n`,
    });
  });

  it.each(['not-a-key', 'sk-with space', 'sk-line\nbreak', 'sk-', 'ek_token'])(
    'ends with one sentence that does not repeat a malformed OPENAI_API_KEY (%j)',
    async (key) => {
      const ending = await runQuickstart({ PORT: '0', OPENAI_API_KEY: key });

      expect(ending).toEqual({
        code: 1,
        signal: null,
        stdout: '',
        stderr:
          'OPENAI_API_KEY is not an API key: set it to one that starts with "sk-" and has no spaces, or unset it to use the emulator.\n',
      });
    },
  );

  it.each([
    ['PORT', 'web'],
    ['PORT', '70000'],
    ['SESSION_TTL_SECONDS', '5'],
    ['SESSION_TTL_SECONDS', '1e2'],
  ])('ends with one sentence when %s is %s', async (variable, value) => {
    const ending = await runQuickstart({ [variable]: value });

    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(
      new RegExp(`^${variable} must be a whole number from \\d+ to \\d+: .+\\n$`),
    );
  });

  it('refuses an API address that would carry the key in the clear', async () => {
    const ending = await runQuickstart({
      OPENAI_API_KEY: 'sk-some-key',
      OPENAI_BASE_URL: 'http://example.com/v1',
    });

    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(/^OPENAI_BASE_URL cannot be used: .*https.*\n$/);
  });
});

describe('end of the quickstart', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is prompt and clean on %s, also with a session open',
    async (signal) => {
      const app = await start({ PORT: '0', EMULATOR_PORT: '0' });
      // Leaves a connection alive and a session open, as a page does.
      const answer = await mint(app.url, pair(await visit(app.url)));
      const { value } = (await answer.json()) as { value: string };
      const sessions = `${emulatorOf(app).replace('http', 'ws')}/v1/realtime?model=gpt-realtime`;
      expect(await firstEvent(sessions, value)).toMatchObject({ type: 'session.created' });

      const startedMs = performance.now();
      const ending = await app.stop(signal);

      expect(ending).toEqual({ code: 0, signal: null });
      expect(performance.now() - startedMs).toBeLessThan(PROMPT_MS);
      expect(app.output().stderr).toBe('');
    },
  );
});

describe('mint route of the quickstart', () => {
  it('mints for a visitor who opened the page, and for nobody else', async () => {
    const app = await start({ PORT: '0', EMULATOR_PORT: '0', SESSION_TTL_SECONDS: '60' });
    expect((await mint(app.url)).status).toBe(401);

    const cookie = await visit(app.url);
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
    const answer = await mint(app.url, pair(cookie));

    expect(answer.status).toBe(200);
    const { value, expires_in } = (await answer.json()) as { value: string; expires_in: number };
    expect(value).toMatch(/^ek_/);
    // What is left of a minute, which may have begun a moment ago.
    expect(60 - expires_in).toBeOneOf([0, 1, 2]);
  });

  it('says once in its log that the API refuses the key, however often it is asked', async () => {
    const emulator = await start({ PORT: '0', EMULATOR_PORT: '0' });
    const env = { OPENAI_API_KEY: 'sk-not-this-one', OPENAI_BASE_URL: emulatorOf(emulator) };
    const app = await start({ PORT: '0', ...env });
    const cookie = pair(await visit(app.url));

    for (let round = 0; round < 3; round += 1) {
      expect((await mint(app.url, cookie)).status).toBe(500);
    }

    expect(app.output().stderr).toBe(
      'The API refused OPENAI_API_KEY: check that it is complete, not revoked and of the right project, then start again.\n',
    );
  });
});
