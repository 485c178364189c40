import { createTokenManager, literal, type EphemeralToken } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect, isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';

function getToken(): Promise<EphemeralToken> {
  return createTokenManager({
    fetchToken: literal({ value: 'ek_topsecret', expires_in: 60 }),
    environment: createManualEnvironment(),
  }).getToken();
}

const token = await getToken();
/** Plain JavaScript, and `any`, accept a token where a string is expected. */
const untyped = token as unknown as string;

test.each([
  ['a template literal', () => `Bearer ${untyped}`],
  ['concatenation', () => 'Bearer ' + untyped],
  ['String()', () => String(token as unknown)],
  ['Number()', () => Number(untyped)],
  ['a header', () => new Headers({ authorization: untyped })],
  ['a query', () => new URLSearchParams({ token: untyped }).toString()],
  ['join()', () => ['openai-insecure-api-key.', untyped].join('')],
])('throws and names the remedy when a token is converted by %s', (_how, convert) => {
  expect(convert).toThrow(TypeError);
  expect(convert).toThrow(/token\.value/);
  expect(convert).not.toThrow(/topsecret/);
});

test('rejects a request with a token in a header before anything is sent', async () => {
  const request = fetch('http://127.0.0.1:9', {
    headers: { authorization: `Bearer ${token.value}`, key: untyped },
  });
  await expect(request).rejects.toThrow(/token\.value/);
});

test('prints, serializes, clones and compares a token without throwing, and without its value', () => {
  const stream = new PassThrough();
  const console = new Console(stream);
  console.log(token, { token }, [token]);
  console.dir(token, { showHidden: true, depth: 9 });
  console.table([token]);
  console.log('%o %O %j', token, token, token);
  const printed = [
    String(stream.read()),
    token.toString(),
    inspect({ token }),
    format('token:', token),
    JSON.stringify({ token }),
    JSON.stringify(structuredClone(token)),
    Object.prototype.toString.call(token),
    JSON.stringify([Object.keys(token), Object.entries(token), { ...token }]),
  ];
  expect(printed.join('\n')).toContain('ek_…(redacted)');
  expect(printed.join('\n')).not.toContain('topsecret');
  expect(isDeepStrictEqual(token, token)).toBe(true);
});
