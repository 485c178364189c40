import { createTokenManager, literal, type EphemeralToken } from '@realtime-session/core';
import { azure, openai } from '@realtime-session/core/issuers';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';

const calls_url = 'http://127.0.0.1:4141/v1/realtime/calls';

const environment = createManualEnvironment();

function getToken(response: unknown, options: object = {}): Promise<EphemeralToken> {
  const fetchToken = literal(response);
  return createTokenManager({ fetchToken, environment, retry: { limit: 1 }, ...options }).getToken();
}

describe('the address for calls', () => {
  test.each([
    ['the current format', { value: 'ek_1', expires_in: 600, session: { id: 'sess_1' } }],
    ['the sessions format', { id: 'sess_1', client_secret: { value: 'ek_1', expires_in: 600 } }],
    ['a hand-written route', { token: 'ek_1', expiresIn: 600 }],
    ['a route that returns the secret alone', { client_secret: 'ek_1' }],
  ])('is on the token when the response has it: %s', async (_format, response) => {
    expect((await getToken({ ...response, calls_url })).callsUrl).toBe(calls_url);
    expect((await getToken(response)).callsUrl).toBeUndefined();
    expect((await getToken({ ...response, calls_url: null })).callsUrl).toBeUndefined();
  });

  test.each([openai, azure])('is read by the parser of an issuer that speaks the same format', (issuer) => {
    expect(issuer.parse({ value: 'ek_1', calls_url }).callsUrl).toBe(calls_url);
  });

  test('is not part of the session', async () => {
    const token = await getToken({ id: 'sess_1', calls_url, client_secret: { value: 'ek_1' } });
    expect(token.session).toEqual({ id: 'sess_1' });
  });

  test('is on a token that was minted elsewhere', async () => {
    const response = { value: 'ek_1', expires_in: 600, calls_url };
    const tokens = createTokenManager({ fetchToken: literal({}), environment, initialToken: response });
    expect(tokens.peek()?.callsUrl).toBe(calls_url);
    tokens.reset();
    tokens.setToken(response);
    expect((await tokens.getToken()).callsUrl).toBe(calls_url);
  });

  test('can come from a custom parser', async () => {
    const parse = (callsUrl: unknown) => () => ({ value: 'ek_1', callsUrl }) as never;
    expect((await getToken({}, { parse: parse(calls_url) })).callsUrl).toBe(calls_url);
    await expect(getToken({}, { parse: parse('/calls') })).rejects.toThrow(/calls_url/);
  });

  test.each([
    'https://gateway.example/v1/realtime/calls?api-version=1#x',
    'https://[::1]:8443/calls',
    'HTTPS://gateway.example',
  ])('can be %s', async (url) => {
    expect((await getToken({ value: 'ek_1', calls_url: url })).callsUrl).toBe(url);
  });

  test.each([
    '',
    '/v1/realtime/calls',
    '//gateway.example/calls',
    'gateway.example/calls',
    'wss://gateway.example/calls',
    'javascript:alert(1)',
    'https://',
    'https:///calls',
    'https://user:secret@gateway.example/calls',
    'https://secret@gateway.example/calls',
    'https://gateway.example\\@other.example/calls',
    ' https://gateway.example/calls',
    'https://gateway.example/ca lls',
    'https://gateway.example:99999/calls',
    7,
    ['https://gateway.example/calls'],
  ])('is rejected without being quoted when it is %j', async (url) => {
    const error: unknown = await getToken({ value: 'ek_1', calls_url: url }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid-response' });
    expect(String(error)).toContain('calls_url is not an absolute http or https URL without credentials.');
    expect(JSON.stringify([error, String(error)])).not.toMatch(/secret@|gateway\.example/);
  });

  test('does not change how a token prints', async () => {
    const token = await getToken({ value: 'ek_1', expires_in: 600, calls_url });
    expect(token.toString()).toBe('ek_…(redacted)');
    expect(JSON.parse(JSON.stringify(token))).toEqual({
      value: 'ek_…(redacted)',
      expiresAtMs: token.expiresAtMs,
    });
    expect(Object.keys(token)).toEqual([]);
  });
});
