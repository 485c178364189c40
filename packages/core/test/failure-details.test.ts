import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld } from './support/world.ts';

/** Returns the error of a call whose fetcher returns this response, or throws this error. */
async function getError(outcome: unknown): Promise<TokenError> {
  const world = createWorld({ retry: { limit: 1 } });
  world.server.script(outcome);
  const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
  if (TokenError.is(error)) return error;
  throw new Error('There was no TokenError.');
}

const failWith = (message: string, fields: object): Error => Object.assign(new Error(message), fields);
const respond = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { code, message: 'secret prose' } }, { status, headers });

describe('a failure inside an HTTP client’s error', () => {
  const clients: Record<string, (status: number, code: string, headers: Record<string, string>) => Error> = {
    axios: (status, code, headers) =>
      failWith('Request failed', {
        code: 'ERR_BAD_REQUEST',
        response: { status, headers, data: { error: { code } } },
      }),
    'axios with a text response': (status, code, headers) =>
      failWith('Request failed', { response: { status, headers, data: JSON.stringify({ code }) } }),
    ky: (status, code, headers) => failWith('HTTPError', { response: respond(status, code, headers) }),
    ofetch: (status, code, headers) =>
      failWith('FetchError', {
        statusCode: status,
        data: { error: { code } },
        response: { headers: new Headers(headers) },
      }),
    supabase: (status, code, headers) => failWith('non-2xx', { context: respond(status, code, headers) }),
    got: (status, code, headers) =>
      failWith('HTTPError', { response: { statusCode: status, headers, body: JSON.stringify({ code }) } }),
    'the official SDK': (status, code, headers) =>
      failWith('APIError', { status, code, headers: new Headers(headers), error: { code } }),
    tRPC: (status, code, headers) =>
      failWith('TRPCClientError', {
        data: { httpStatus: status, code },
        meta: { response: { headers: new Headers(headers) } },
      }),
    'a wrapper': (status, code, headers) =>
      new Error('Could not sign in', {
        cause: failWith('inner', { response: respond(status, code, headers) }),
      }),
  };

  test.each(Object.keys(clients))('keeps its status, code, request id and Retry-After: %s', async (name) => {
    const thrown = clients[name]!(429, 'rate_limit_exceeded', {
      'retry-after': '7',
      'x-request-id': 'req_1',
    });
    const error = await getError(thrown);
    expect(error).toMatchObject({
      code: 'http',
      status: 429,
      fatal: false,
      retryAfterMs: 7_000,
      requestId: 'req_1',
      apiCode: 'rate_limit_exceeded',
    });
    expect(error.message).toContain('429 (rate_limit_exceeded). Call again later');
    expect(error.message).not.toContain('prose');
  });

  test.each(Object.keys(clients))('is fatal when waiting does not help: %s', async (name) => {
    expect(await getError(clients[name]!(401, 'invalid_api_key', {}))).toMatchObject({
      status: 401,
      fatal: true,
    });
    const exhausted = await getError(clients[name]!(429, 'insufficient_quota', {}));
    expect(exhausted.fatal).toBe(true);
    expect(exhausted.message).toContain('Add credit to the account');
    expect(exhausted.message).not.toContain('retried');
  });

  test('is read from a client that returns it', async () => {
    const error = failWith('non-2xx', { context: respond(401, 'unauthorized') });
    expect(await getError({ data: null, error })).toMatchObject({ code: 'http', status: 401, fatal: true });
  });

  test('leaves the body of the response readable', async () => {
    const response = respond(503, 'overloaded');
    await getError(failWith('HTTPError', { response }));
    expect(await response.json()).toMatchObject({ error: { code: 'overloaded' } });
  });

  test('survives cycles, and getters that throw', async () => {
    const cyclic = failWith('cyclic', {});
    Object.assign(cyclic, { cause: cyclic, response: { data: cyclic } });
    expect(await getError(cyclic)).toMatchObject({ code: 'fetcher' });
    const hostile = Object.defineProperty(new Error('hostile'), 'response', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(await getError(hostile)).toMatchObject({ code: 'fetcher', cause: hostile });
  });

  test('keeps a TokenError that a client wrapped', async () => {
    const cause = new TokenError('fetcher', 'The app is locked. Unlock it.', { fatal: true });
    expect(await getError(new Error('wrapped', { cause }))).toMatchObject({ code: 'fetcher', fatal: true });
  });
});

describe('a connection that failed', () => {
  test.each([
    ['Node', new TypeError('fetch failed', { cause: failWith('', { code: 'ECONNREFUSED' }) })],
    ['axios in a browser', failWith('Network Error', { code: 'ERR_NETWORK' })],
    ['axios in Node', failWith('', { code: 'ENOTFOUND' })],
    [
      'Bun',
      failWith('Unable to connect. Is the computer able to access the url?', { code: 'ConnectionRefused' }),
    ],
    ['supabase', failWith('Failed to send', { context: new TypeError('fetch failed') })],
    ['ofetch', failWith('<no response>', { cause: new TypeError('Load failed') })],
    ['a time limit', new DOMException('The operation timed out.', 'TimeoutError')],
    [
      'Safari in German',
      Object.assign(new TypeError('Die Netzwerkverbindung wurde unterbrochen.'), { stack: undefined }),
    ],
  ])('is a network error: %s', async (_client, thrown) => {
    expect(await getError(thrown)).toMatchObject({ code: 'network', cause: thrown });
  });

  test.each([new TypeError('tokens ist nicht definiert'), failWith('no file', { code: 'ENOENT' })])(
    'is not confused with another error: %s',
    async (thrown) => {
      expect(await getError(thrown)).toMatchObject({ code: 'fetcher', cause: thrown });
    },
  );

  test('is known from its place in endpoint(), whatever its words', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new TypeError('annulé'));
    const tokens = createTokenManager({ fetchToken: endpoint('/mint', { fetch }), retry: { limit: 1 } });
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'network' });
  });

  test('is a mistake when the headers function throws', async () => {
    const headers = (): never => {
      throw new Error('not signed in');
    };
    const tokens = createTokenManager({ fetchToken: endpoint('/mint', { headers }), retry: { limit: 1 } });
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'fetcher' });
  });

  test('is a network error while the body is read, and a mistake when the body was read before', async () => {
    const broken = new Response(
      new ReadableStream({ pull: (controller) => controller.error(new Error('kaputt')) }),
    );
    expect(await getError(broken)).toMatchObject({ code: 'network' });
    const used = Response.json({});
    await used.text();
    expect(await getError(used)).toMatchObject({ code: 'fetcher' });
  });
});

describe('a redirect', () => {
  const redirected = (response: Response): Response =>
    Object.defineProperty(response, 'redirected', { value: true });

  test('to a page is fatal, and asks to sign in', async () => {
    const error = await getError(redirected(new Response('<!doctype html><title>Sign in</title>')));
    expect(error).toMatchObject({ code: 'invalid-response', status: 200, fatal: true });
    expect(error.message).toContain('A redirect led from the mint route to a page. Sign the user in');
  });

  test.each([404, 405])('to an address that responds with %i names the lost POST', async (status) => {
    expect((await getError(redirected(new Response('', { status })))).message).toContain(
      'turned the POST into a GET',
    );
    expect((await getError(new Response('', { status }))).message).not.toContain('redirect');
  });

  test('that was not followed is named, too', async () => {
    expect((await getError(new Response('', { status: 302 }))).message).toContain('A redirect may have');
    expect((await getError(redirected(new Response('', { status: 401 })))).message).toContain(
      'Sign the user in',
    );
  });
});

describe('a delay that a server asks for', () => {
  test.each([
    ['5, 5', 5_000],
    ['5,5', 5_000],
    ['-5', undefined],
    ['-5, 5', undefined],
    ['soon', undefined],
    ['1e3', undefined],
  ])('is read from "%s"', async (value, expected) => {
    const error = await getError(new Response('{}', { status: 429, headers: { 'retry-after': value } }));
    expect(error.retryAfterMs).toBe(expected);
  });
});

test('a refused origin names the option, and the setting of a development proxy', async () => {
  const error = await getError(Response.json({ code: 'origin_forbidden' }, { status: 403 }));
  expect(error.message).toContain("Add allowedOrigins: ['https://page.example'] to createSessionHandler()");
  expect(error.message).toContain('changeOrigin: false');
});

describe('a known failure in a random wrapping', () => {
  const failure = fc.constantFrom(
    { status: 401, code: 'invalid_api_key', fatal: true },
    { status: 429, code: 'insufficient_quota', fatal: true },
    { status: 429, code: 'rate_limit_exceeded', fatal: false },
    { status: 503, code: 'overloaded', fatal: false },
  );
  const link = fc.constantFrom('cause', 'context', 'response', 'error', 'data', 'body');

  test('keeps its meaning and shows no secret', async () => {
    await fc.assert(
      fc.asyncProperty(
        failure,
        fc.array(link, { maxLength: 6 }),
        fc.boolean(),
        async (known, links, asText) => {
          const body = { error: { code: known.code, message: 'ek_secret_1 sk-proj-0123456789' } };
          const inner: unknown = { status: known.status, data: asText ? JSON.stringify(body) : body };
          const thrown = links.reduce((node, name) => failWith('wrapped', { [name]: node }), inner);
          const error = await getError(failWith('thrown', { cause: thrown }));
          expect(error).toMatchObject({ code: 'http', status: known.status, fatal: known.fatal });
          expect(error.message).toContain(known.code);
          expect(JSON.stringify([error, String(error)])).not.toMatch(/ek_secret|sk-proj/);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('coming online heals a failure whose words are in another language', async () => {
  const environment = createManualEnvironment(undefined, () => 0.99);
  let isBroken = true;
  const fetch = (): Promise<Response> =>
    isBroken
      ? Promise.reject(new TypeError('ネットワーク接続が切れました。'))
      : Promise.resolve(Response.json({ value: 'ek_1', expires_in: 600 }));
  const tokens = createTokenManager({ environment, fetchToken: endpoint('/mint', { fetch }) });
  tokens.keepFresh();
  await environment.clock.advance(40_000);
  isBroken = false;
  environment.goOffline();
  environment.goOnline();
  await environment.clock.advance(1_000);
  expect(tokens.getState().status).toBe('ready');
});
