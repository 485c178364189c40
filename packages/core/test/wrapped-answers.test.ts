import { createTokenManager, TokenError } from '@realtime-session/core';
import { deepgram, hume } from '@realtime-session/core/issuers';
import { createManualEnvironment } from '@realtime-session/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOpenAI, readExpiry } from '../src/lib/token/parse.ts';

/** Returns the token’s value, or the error. */
async function read(response: unknown, options: object = {}): Promise<string | TokenError> {
  const environment = createManualEnvironment();
  const tokens = createTokenManager({
    fetchToken: () => response,
    environment,
    retry: { limit: 1 },
    ...options,
  });
  return tokens.getToken().then(
    ({ value }) => value,
    (thrown: unknown) => thrown as TokenError,
  );
}

const messageOf = (outcome: string | TokenError): string =>
  typeof outcome === 'string' ? 'a token' : outcome.message;

describe('a response that was encoded twice', () => {
  test.each([
    { value: 'ek_1', expires_in: 600 },
    { client_secret: { value: 'ek_1' } },
    { token: 'ek_1', error: null },
    'ek_1',
  ])('is decoded once: %j', async (answer) => {
    expect(await read(JSON.stringify(answer))).toBe('ek_1');
    expect(await read(Response.json(JSON.stringify(answer)))).toBe('ek_1');
  });

  test.each([
    '"\\"ek_1\\""',
    'null',
    'undefined',
    'NaN',
    'true',
    '{}',
    '[]',
    '{"value":""}',
    '{"value":"\\"ek_1\\""}',
  ])('is rejected when it holds no token: %s', async (text) => {
    expect(await read(text)).toMatchObject({ code: 'invalid-response' });
  });

  test('is decoded for other issuers as well', () => {
    expect(deepgram.parse('{"access_token":"dg_1","expires_in":30}')).toMatchObject({ value: 'dg_1' });
    expect(hume.parse('"hume_1"')).toMatchObject({ value: 'hume_1' });
  });
});

describe('a standing key', () => {
  const key = 'sk-proj-0123456789abcdef';

  test.each([
    key,
    ` ${key}\n`,
    JSON.stringify(key),
    JSON.stringify({ value: key }),
    { value: 'ek_1', expires_in: 600, session: { headers: { authorization: `Bearer ${key}` } } },
    { data: { value: key } },
    { data: JSON.stringify({ nested: [key] }) },
    new Response(key),
    new Response(`<html>\n${key}</html>`),
    Response.json(JSON.stringify({ value: key })),
  ])('raises the alarm wherever it was wrapped', async (response) => {
    const error = await read(response);
    expect(error).toMatchObject({ code: 'standing-key-leaked', fatal: true });
    expect(JSON.stringify([error, String(error)])).not.toContain('0123456789');
  });

  test('raises the alarm with a custom parser', async () => {
    expect(await read({ secret: key }, { parse: () => ({ value: 'ek_1' }) })).toMatchObject({
      code: 'standing-key-leaked',
    });
  });

  test.each(['task-1234567890123456', 'sk-SK', 'disk-0123456789abcdef', 'sk-learn-compatible-pipelines'])(
    'is not confused with %s',
    async (text) => {
      expect(await read({ value: 'ek_1', session: { instructions: `Say ${text}.` } })).toBe('ek_1');
    },
  );
});

describe('an error in a response', () => {
  test.each([null, undefined, false, '', 0])('%j does not refuse a good token', async (error) => {
    expect(await read({ value: 'ek_1', error })).toBe('ek_1');
    expect(await read({ client_secret: { value: 'ek_1' }, error })).toBe('ek_1');
    expect(deepgram.parse({ access_token: 'dg_1', error }).value).toBe('dg_1');
  });

  test.each([
    [{ error: { code: 'invalid_api_key' } }, 'invalid_api_key', true],
    [{ error: { code: 'insufficient_quota' } }, 'insufficient_quota', true],
    [{ error: { code: 'unknown_url', type: 'invalid_request_error' } }, 'unknown_url', true],
    [{ error: 'Sign in', code: 'unauthorized' }, 'unauthorized', true],
    [{ error: { code: 'server_error' } }, 'server_error', false],
    [JSON.stringify({ error: { code: 'invalid_api_key' } }), 'invalid_api_key', true],
  ])('passed on with status 200 keeps its code: %j', async (body, code, fatal) => {
    for (const response of [body, Response.json(body)]) {
      const error = await read(response);
      expect(error).toMatchObject({ code: 'invalid-response', fatal });
      expect(messageOf(error)).toContain(`returned an error (${code}) instead of a token`);
    }
  });

  test('has the status of the response that an HTTP client did not reject', async () => {
    const error = await read({ status: 401, headers: {}, data: { error: { code: 'invalid_api_key' } } });
    expect(error).toMatchObject({ code: 'http', status: 401, fatal: true });
  });

  test('is not read from the code of a success', async () => {
    expect(messageOf(await read({ code: 'OK', data: { value: 'ek_1' } }))).toContain('inside `data`');
  });
});

describe('an envelope', () => {
  test.each(['data', 'body', 'result', 'payload'])('is named when the token is inside %s', async (name) => {
    for (const answer of [{ value: 'ek_1' }, { token: 'ek_1' }, { client_secret: { value: 'ek_1' } }]) {
      const message = messageOf(await read({ [name]: answer, error: null, status: 200 }));
      expect(message).toContain(`the token is inside \`${name}\`, so return only that part`);
    }
  });
});

describe('a text response', () => {
  test.each(['ek_live_0123', 'ek_live_0123\n', '0123456789abcdefABCDEF.-_~'])(
    '%j is a token',
    async (text) => {
      expect(await read(new Response(text))).toBe(text.trim());
    },
  );

  test.each([
    'Error',
    'Unauthorized',
    'Internal_Server_Error',
    'ek_ two words',
    'OK',
    '',
    'x'.repeat(40),
    '404',
  ])('%j is no token', async (text) => {
    expect(await read(new Response(text))).toMatchObject({ code: 'invalid-response' });
  });
});

describe('a date', () => {
  test.each([
    '2027-01-15T08:00:00Z',
    '2027-01-15 08:00:00+00:00',
    '2027-01-15 08:00:00.000000+00:00',
    '2027-01-15 08:00:00 UTC',
    '2027-01-15 09:00:00 +0100',
    'Fri, 15 Jan 2027 08:00:00 GMT',
  ])('with a time zone is read: %s', (expires_at) => {
    expect(readExpiry({ expires_at }).expiresAtMs).toBe(1_800_000_000_000);
  });

  test.each(['2027-01-15 08:00:00', '2027-01-15T08:00:00', '2027-01-15', '2027-01-15 08:00:00 CET'])(
    'without one is ignored: %s',
    (expires_at) => {
      expect(readExpiry({ expires_at }).expiresAtMs).toBeUndefined();
    },
  );
});

describe('a known answer in random wrappings', () => {
  const answer = fc.constantFrom<unknown>(
    { value: 'ek_right', expires_in: 600 },
    { id: 'sess_1', client_secret: { value: 'ek_right', expires_at: 1_800_000_600 } },
    { token: 'ek_right' },
    'ek_right',
    { value: 'sk-proj-0123456789abcdef' },
    { error: { code: 'invalid_api_key', message: 'ek_wrong_1' } },
  );
  const wrapping = fc.constantFrom<(inner: unknown) => unknown>(
    (inner) => JSON.stringify(inner),
    (inner) => `"${String(inner)}"`,
    (inner) => ({ data: inner }),
    (inner) => ({ data: inner, error: null, status: 200 }),
    (inner) => ({ error: inner }),
    (inner) => [inner],
    (inner) => ({ value: inner }),
    (inner) => ({ client_secret: inner }),
    (inner) => ({ session: inner, value: null }),
    (inner) => (typeof inner === 'string' ? ` ${inner}\n` : inner),
  );

  test('gives the right token, an alarm, or an error that shows no secret', async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.array(wrapping, { maxLength: 4 }), async (known, wrappings) => {
        const raw = wrappings.reduce((inner, wrap) => wrap(inner), known);
        for (const response of [raw, Response.json(raw)]) {
          const outcome = await read(response);
          if (typeof outcome === 'string') expect(outcome).toBe('ek_right');
          else expect(JSON.stringify([outcome, String(outcome)])).not.toMatch(/ek_(right|wrong)|0123456789/);
          const isKey = JSON.stringify(raw).includes('sk-proj');
          if (isKey) expect(outcome).toMatchObject({ code: 'standing-key-leaked' });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never gives a value that no header could carry', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        try {
          expect(parseOpenAI(raw).value).toMatch(/^[^\s"'`{}[\]\\]+$/);
        } catch (thrown) {
          if (!TokenError.is(thrown)) throw thrown;
        }
      }),
      { numRuns: 500 },
    );
  });
});
