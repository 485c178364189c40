import { readdirSync, readFileSync } from 'node:fs';
import { TokenError, type TokenErrorCode } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { createWorld, flushPromises } from './support/world.ts';

const pages = new URL('../../../docs/errors/', import.meta.url);
const base = 'https://github.com/realtime-session/realtime-session/blob/main/docs/errors/';

/** Returns the error of a single attempt. */
async function errorOf(response: unknown): Promise<unknown> {
  const world = createWorld({ retry: { limit: 1 } });
  world.server.script(response);
  return world.tokens.getToken();
}

/** Causes every error code. `Record` keeps the list complete. */
const causes: Record<TokenErrorCode, () => Promise<unknown>> = {
  network: () => errorOf(new TypeError('Failed to fetch')),
  timeout: async () => {
    const world = createWorld({ retry: { limit: 1 }, timeoutMs: 5_000 });
    const pending = world.tokens.getToken();
    await world.clock.advance(5_000);
    return pending;
  },
  http: () => errorOf(new Response('{"error":{"code":"invalid_api_key"}}', { status: 401 })),
  fetcher: () => errorOf(new Error('a bug in the fetcher')),
  'invalid-response': () => errorOf({ nothing: 'here' }),
  'expired-on-arrival': () => errorOf({ value: 'ek_expired', expires_at: 1_700_000_000 }),
  'lifetime-too-short': () => errorOf({ value: 'ek_short', expires_in: 2 }),
  'no-progress': async () => {
    const same = { value: 'ek_same', expires_in: 600 };
    const world = createWorld({ minIntervalMs: 0, retry: { limit: 1 } });
    world.server.script(same, same);
    world.tokens.invalidate(await world.tokens.getToken());
    return world.tokens.getToken();
  },
  'standing-key-leaked': () => errorOf({ value: 'sk-proj-secret', expires_in: 600 }),
  aborted: () => createWorld().tokens.getToken({ signal: AbortSignal.abort() }),
  superseded: async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    world.tokens.reset();
    await flushPromises(world);
    return pending;
  },
  disposed: () => {
    const world = createWorld();
    world.tokens.dispose();
    return world.tokens.getToken();
  },
  'invalid-options': () => Promise.resolve(createWorld({ timeoutMs: -1 })),
};

const codes = Object.keys(causes) as TokenErrorCode[];
/** The codes that are fatal as caused above. */
const fatal: readonly TokenErrorCode[] = ['http', 'standing-key-leaked', 'disposed', 'invalid-options'];

async function caught(run: () => Promise<unknown>): Promise<TokenError> {
  try {
    await run();
  } catch (thrown) {
    if (TokenError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

describe('every error code', () => {
  test.each(codes)('%s has a remedy and one link to its page', async (code) => {
    const error = await caught(causes[code]);
    expect(error.code).toBe(code);
    expect(error.name).toBe('TokenError');
    expect(error.fatal).toBe(fatal.includes(code));
    expect(error.docsUrl).toBe(`${base}${code}.md`);
    expect(error.message).toMatch(/^[A-Zc].+\. See https:\S+$/);
    expect(error.message.split(error.docsUrl)).toHaveLength(2);
    expect(error.message.endsWith(error.docsUrl)).toBe(true);
  });

  test.each(codes)('%s shows no secret', async (code) => {
    const error = await caught(causes[code]);
    expect(JSON.stringify([error, String(error), error.stack])).not.toMatch(
      /ek_(expired|short|same)|sk-proj/,
    );
  });

  test('has a page, and every page has a code', () => {
    const found = readdirSync(pages)
      .filter((name) => name !== 'README.md')
      .map((name) => name.replace(/\.md$/, ''));
    expect(found.sort()).toEqual([...codes].sort());
  });

  test.each(codes)('%s has a page with causes, a remedy with code, and the fields', (code) => {
    const page = readFileSync(new URL(`${code}.md`, pages), 'utf8');
    expect(page.startsWith(`# \`${code}\`\n`)).toBe(true);
    for (const heading of ['## Likely causes', '## How to fix it', '## Fields']) {
      expect(page).toContain(heading);
    }
    expect(page).toMatch(/```tsx?\n/);
  });

  test('is in the list of pages', () => {
    const list = readFileSync(new URL('README.md', pages), 'utf8');
    for (const code of codes) expect(list).toContain(`[\`${code}\`](${code}.md)`);
  });
});

describe('a TokenError thrown by a fetcher', () => {
  test('reaches the caller as it was thrown, with the number of its attempt', async () => {
    const cause = new Error('socket closed');
    const thrown = new TokenError('http', 'The vault is locked. Open it.', {
      status: 423,
      fatal: true,
      retryAfterMs: 9_000,
      requestId: 'req_9',
      cause,
    });
    const error = await caught(() => errorOf(thrown));
    expect(error).toMatchObject({
      status: 423,
      fatal: true,
      retryAfterMs: 9_000,
      requestId: 'req_9',
      attempt: 1,
      elapsedMs: 0,
      cause,
      message: `The vault is locked. Open it. See ${base}http.md`,
    });
  });

  test('has no cause and is not fatal by default', () => {
    const error = new TokenError('network', 'Down. Wait.');
    expect('cause' in error).toBe(false);
    expect(error.fatal).toBe(false);
  });
});
