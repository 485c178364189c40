import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { consoleReporter, createSessionHandler } from '@realtime-session/server';
import type { AuditEvent } from '@realtime-session/server';
import { authorizeJwt } from '@realtime-session/server/jwt';
import type { AuthorizeJwtOptions } from '@realtime-session/server/jwt';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const ISSUER = 'https://auth.example.com/';
const AUDIENCE = 'https://app.example.com';
import { mintedBody } from './support/upstream.ts';

interface Key {
  readonly publicJwk: JWK;
  readonly sign: (
    claims?: Readonly<Record<string, unknown>>,
    header?: { readonly kid?: string },
  ) => Promise<string>;
}

async function createKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid };
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'user-7', iat: seconds, exp: seconds + 300 };
  return {
    publicJwk,
    sign: (changes = {}, header = { kid }) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey),
  };
}

let key: Key;
let other: Key;

beforeAll(async () => {
  [key, other] = await Promise.all([createKey('first'), createKey('second')]);
});

/** Serves a key set as an issuer does, and counts the requests. */
async function serveKeys(respond: () => { readonly status: number; readonly body: string }) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    const { status, body } = respond();
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/jwks.json`, requests: () => requests };
}

const keySet = (...keys: readonly Key[]) => ({
  status: 200,
  body: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }),
});

const requestWith = (token?: string): Request =>
  new Request(
    'https://app.example.com/api',
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );

async function createAuthorize(options: Partial<AuthorizeJwtOptions> = {}) {
  const { url } = await serveKeys(() => keySet(key));
  return authorizeJwt({ jwks: url, issuer: ISSUER, audience: AUDIENCE, ...options });
}

/** A token whose header or signature was made by hand. */
function forge(header: object, claims: object, signature = ''): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

describe('authorizeJwt()', () => {
  it('returns the subject and the claims of a good token', async () => {
    const authorize = await createAuthorize();
    const user = await authorize(requestWith(await key.sign({ email: 'ada@example.com' })));
    expect(user).toMatchObject({ id: 'user-7', claims: { email: 'ada@example.com', iss: ISSUER } });
  });

  it('accepts any listed issuer and audience, and a token from elsewhere in the request', async () => {
    const authorize = await createAuthorize({
      issuer: ['https://old.example.com/', ISSUER],
      audience: [AUDIENCE, 'https://admin.example.com'],
      readToken: (request) => /session=([^;]+)/.exec(request.headers.get('x-cookie') ?? '')?.[1],
    });
    const headers = { 'x-cookie': `theme=dark; session=${await key.sign()}` };
    expect(await authorize(new Request('https://app.example.com/api', { headers }))).toMatchObject({
      id: 'user-7',
    });
  });

  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => Promise<string | undefined>]>([
    ['no token', () => Promise.resolve(undefined)],
    ['an expired token', () => key.sign({ exp: now() - 60 })],
    ['a token that never expires', () => key.sign({ exp: undefined })],
    ['a token that is not valid yet', () => key.sign({ nbf: now() + 60 })],
    ['a token of another issuer', () => key.sign({ iss: 'https://evil.example.com/' })],
    ['a token for another app', () => key.sign({ aud: 'https://other.example.com' })],
    ['a token without a subject', () => key.sign({ sub: undefined })],
    ['an empty subject', () => key.sign({ sub: '' })],
    ['a key that the issuer does not have', () => other.sign()],
    ['a signature of another key', () => other.sign({}, { kid: 'first' })],
    [
      'a changed token',
      async () =>
        (await key.sign()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"root"}').toString('base64url')}.`),
    ],
    [
      'no signature',
      () =>
        Promise.resolve(
          forge({ alg: 'none' }, { iss: ISSUER, aud: AUDIENCE, sub: 'root', exp: 9_999_999_999 }),
        ),
    ],
    [
      'a symmetric algorithm',
      () => Promise.resolve(forge({ alg: 'HS256', kid: 'first' }, { sub: 'root' }, 'AAAA')),
    ],
    ['something else', () => Promise.resolve('not.a.token')],
    ['an opaque token', () => Promise.resolve('opaque')],
  ])('refuses %s', async (_what, sign) => {
    const authorize = await createAuthorize();
    expect(await authorize(requestWith(await sign()))).toBeNull();
  });

  it('tolerates clocks that differ by a few seconds', async () => {
    const token = await key.sign({ exp: now() - 3 });
    expect(await (await createAuthorize())(requestWith(token))).toMatchObject({ id: 'user-7' });
    expect(await (await createAuthorize({ clockToleranceSeconds: 0 }))(requestWith(token))).toBeNull();
  });

  it('tries each key if the token names none', async () => {
    const { url } = await serveKeys(() => keySet(other, key));
    const authorize = authorizeJwt({ jwks: url, issuer: ISSUER, audience: AUDIENCE });
    expect(await authorize(requestWith(await key.sign({}, {})))).toMatchObject({ id: 'user-7' });
    const stranger = await createKey('third');
    expect(await authorize(requestWith(await stranger.sign({}, {})))).toBeNull();
    expect(await authorize(requestWith(await key.sign({ exp: now() - 60 }, {})))).toBeNull();
  });

  it('fetches the keys once, when they are needed', async () => {
    const { url, requests } = await serveKeys(() => keySet(key));
    const authorize = authorizeJwt({ jwks: url, issuer: ISSUER, audience: AUDIENCE });
    expect(await authorize(requestWith())).toBeNull();
    expect(requests()).toBe(0);
    await authorize(requestWith(await key.sign()));
    await authorize(requestWith(await key.sign()));
    expect(requests()).toBe(1);
  });

  it('does not sign a user out when the keys cannot be fetched', async () => {
    const { url } = await serveKeys(() => ({ status: 503, body: 'busy' }));
    const authorize = authorizeJwt({ jwks: url, issuer: ISSUER, audience: AUDIENCE });
    await expect(authorize(requestWith(await key.sign()))).rejects.toThrow(/JSON Web Key Set/);
  });

  it.each<[object | undefined, RegExp]>([
    [undefined, /needs an object of options/],
    [{ jwks: 'auth.example.com' }, /jwks must be the address of a key set.*jwks\.json/],
    [{ jwks: 'http://auth.example.com/jwks.json' }, /jwks must be an https: address/],
    [
      { jwks: 'https://ada:hunter2@auth.example.com/jwks.json' },
      /^(?!.*hunter2).*jwks must not contain a user name or password/,
    ],
    [{ issuer: [] }, /issuer must be a text, or a list of texts, not a list/],
    [{ audience: [''] }, /audience must be a text, or a list/],
    [{ audience: 5 }, /audience must be a text, or a list of texts, not a number/],
    [{ algorithms: [] }, /algorithms must be/],
    [{ clockToleranceSeconds: 301 }, /clockToleranceSeconds must be a whole number from 0 to 300/],
    [{ readToken: 'cookie' }, /readToken must be a function/],
    [{ issuers: ISSUER }, /authorizeJwt\(\): unknown option "issuers"; did you mean "issuer"/],
  ])('throws for %o', (options, sentence) => {
    const good = { jwks: 'https://auth.example.com/jwks.json', issuer: ISSUER, audience: AUDIENCE };
    expect(() => authorizeJwt((options && { ...good, ...options }) as never)).toThrow(sentence);
  });

  it.each([{ issuer: undefined }, { audience: '' }, { jwks: undefined, issuer: '' }])(
    'fails each request, but not the build, for %o',
    async (options) => {
      const good = { jwks: 'https://auth.example.com/jwks.json', issuer: ISSUER, audience: AUDIENCE };
      const authorize = authorizeJwt({ ...good, ...options } as never);
      await expect(authorize(requestWith())).rejects.toThrow(
        new RegExp(
          `${Object.keys(options)
            .map((name) => `\`${name}\``)
            .join(' and ')} (is|are) not set`,
        ),
      );
    },
  );
});

describe('a mint route with authorizeJwt()', () => {
  it('answers 401 to an expired token, and 500 with a report if the keys cannot be fetched', async () => {
    let status = 200;
    const { url } = await serveKeys(() => ({ ...keySet(key), status }));
    const events: AuditEvent[] = [];
    const create = () =>
      createSessionHandler({
        apiKey: 'sk-test-key',
        authorize: authorizeJwt({ jwks: url, issuer: ISSUER, audience: AUDIENCE }),
        session: { model: 'gpt-realtime-2.1' },
        fetch: () => Promise.resolve(Response.json(mintedBody())),
        onEvent: (event) => void events.push(event),
      });
    const post = (token: string): Request =>
      new Request('https://app.example.com/api', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          origin: 'https://app.example.com',
        },
        body: '{}',
      });
    expect((await create()(post(await key.sign()))).status).toBe(200);
    expect((await create()(post(await key.sign({ exp: 1 })))).status).toBe(401);
    status = 500;
    const failed = await create()(post(await key.sign()));
    expect(failed.status).toBe(500);
    expect(events.map(({ type }) => type)).toEqual(['minted', 'refused', 'failed']);
    expect(events[2]).toMatchObject({ code: 'internal_error', remedy: expect.stringContaining('authorize') });
  });
});

describe('the event of a route whose authorizeJwt() can verify nothing', () => {
  async function failWith(options: Partial<AuthorizeJwtOptions>): Promise<[AuditEvent, string]> {
    const events: AuditEvent[] = [];
    const lines: string[] = [];
    const report = consoleReporter({
      console: { warn: (line) => void lines.push(line), error: (line) => void lines.push(line) },
    });
    const good = { jwks: 'https://auth.example.com/jwks.json', issuer: ISSUER, audience: AUDIENCE };
    const handler = createSessionHandler({
      apiKey: 'sk-test-key',
      authorize: authorizeJwt({ ...good, ...options }),
      session: { model: 'gpt-realtime-2.1' },
      onEvent: (event) => {
        events.push(event);
        report(event);
      },
    });
    const headers = {
      authorization: `Bearer ${await key.sign()}`,
      'content-type': 'application/json',
    };
    await handler(new Request('https://app.example.com/api', { method: 'POST', headers, body: '{}' }));
    return [events[0]!, lines.find((line) => !line.includes('unknown_address')) ?? ''];
  }

  it('names the address without its query and what to check when it cannot be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const [event, line] = await failWith({
      jwks: `http://127.0.0.1:${port}/jwks.json?key=s3cret`,
    });
    expect(event).toMatchObject({ type: 'failed', code: 'internal_error' });
    for (const text of [Reflect.get(event, 'remedy'), line]) {
      expect(text).toContain('`authorizeJwt()`');
      expect(text).toContain(`http://127.0.0.1:${port}/jwks.json;`);
      expect(text).toMatch(/`jwks`.*DNS/);
      expect(text).not.toContain('s3cret');
    }
    expect(line).toContain('ECONNREFUSED');
  });

  it.each([
    ['a status', { status: 503, body: 'busy' }],
    ['a web page', { status: 200, body: '<!doctype html>' }],
    ['something else', { status: 200, body: '{"keys":5}' }],
  ])('names the address when it answers with %s', async (_what, answer) => {
    const { url } = await serveKeys(() => answer);
    const [event] = await failWith({ jwks: url });
    expect(event).toMatchObject({ code: 'internal_error', remedy: expect.stringContaining(url) });
  });

  it.each(['jwks', 'issuer', 'audience'] as const)('names %s when it is missing', async (name) => {
    const [event, line] = await failWith({ [name]: undefined });
    expect(event).toMatchObject({ status: 500, code: 'server_misconfigured' });
    expect(Reflect.get(event, 'remedy')).toMatch(
      new RegExp(`^\`${name}\` is not set in the options of \`authorizeJwt\\(\\)\`; set`),
    );
    expect(line).toContain(`server_misconfigured: \`${name}\` is not set`);
  });
});
