import { TokenError, type StandardSchema, type ParsedToken } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld } from './support/world.ts';

type Parse = (raw: unknown) => ParsedToken | Promise<ParsedToken>;

/** A schema with this result. */
function schema(result: unknown): StandardSchema<ParsedToken> {
  return { '~standard': { version: 1, vendor: 'test', validate: () => result as never } };
}

/** Returns the error of a call whose response is parsed like this. */
async function getError(parse: Parse | StandardSchema<ParsedToken>): Promise<unknown> {
  const world = createWorld({ parse, retry: { limit: 1 } });
  world.server.script(mintResponse());
  return world.tokens.getToken().catch((thrown: unknown) => thrown);
}

describe('a schema that rejects a response', () => {
  test.each([
    [[{ message: 'secret', path: ['data', 'token'] }], '"data.token"'],
    [[{ message: 'secret', path: [{ key: 'data' }, { key: 0 }] }], '"data.0"'],
    [[{ message: 'secret', path: [] }], 'the response'],
    [[{ message: 'secret' }, { message: 'secret', path: ['exp'] }], 'the response, "exp"'],
  ])('is quoted with its paths but not with its messages: %j', async (issues, where) => {
    const error = await getError(schema({ issues }));
    expect(error).toMatchObject({ code: 'invalid-response' });
    expect(String(error)).toContain(
      `returned no usable token: parse rejected ${where}. Check the response and the parse option.`,
    );
    expect(String(error)).not.toContain('secret');
  });

  test('can be asynchronous', async () => {
    expect(String(await getError(schema(Promise.resolve({ issues: [{ message: '' }] }))))).toContain(
      'parse rejected the response',
    );
    const world = createWorld({
      parse: schema(Promise.resolve({ value: { value: 'ek_1', expiresInMs: 60_000 } })),
    });
    world.server.script({});
    expect((await world.tokens.getToken()).value).toBe('ek_1');
  });
});

describe('a custom parser', () => {
  test.each([undefined, null, 'ek_1', [], {}, { value: 7 }, { value: ' ' }])(
    'is rejected when it returns %j',
    async (parsed) => {
      expect(String(await getError(() => parsed as never))).toContain('parse returned no value');
    },
  );

  test.each(
    [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '60', null].flatMap((ms) => [
      ms === null ? { expiresInMs: {} } : { expiresInMs: ms },
      ms === null ? { expiresAtMs: true } : { expiresAtMs: ms },
    ]),
  )('is rejected when it returns the expiry %o', async (expiry) => {
    expect(String(await getError(() => ({ value: 'ek_1', ...expiry }) as never))).toContain(
      'parse returned an invalid expiry',
    );
  });

  test('can omit either expiry', async () => {
    for (const expiry of [{ expiresInMs: 60_000 }, { expiresAtMs: 1_800_000_060_000 }]) {
      const world = createWorld({ parse: () => ({ value: 'ek_1', ...expiry }) });
      world.server.script({});
      expect((await world.tokens.getToken()).remainingMs()).toBe(60_000);
    }
  });

  test('is reported with its error when it throws', async () => {
    const cause = new Error('invalid');
    const reject = (): never => {
      throw cause;
    };
    for (const parse of [reject, () => Promise.reject(cause)]) {
      const error = await getError(parse);
      expect(error).toMatchObject({ code: 'invalid-response', cause });
      expect(String(error)).toContain('parse threw an error');
    }
  });

  test('can throw a TokenError, which is kept as it is', async () => {
    const thrown = new TokenError('http', 'The vault is locked. Open it.', { status: 423 });
    const error = await getError(() => {
      throw thrown;
    });
    expect(error).toMatchObject({ code: 'http', status: 423, message: thrown.message });
  });

  test('cannot be asynchronous for a token that was minted elsewhere', () => {
    const parse = (): Promise<ParsedToken> => Promise.resolve({ value: 'ek_1', expiresInMs: 60_000 });
    const rejected = expect.objectContaining({ code: 'invalid-options', fatal: true }) as Error;
    expect(() => createWorld({ parse, initialToken: {} })).toThrow(rejected);
    expect(() => createWorld({ parse }).tokens.setToken({})).toThrow(/asynchronous. Use fetchToken/);
  });
});
