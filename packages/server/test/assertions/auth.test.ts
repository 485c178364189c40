import { bearerToken } from '@realtime-session/server';
import type { RequestContext } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';

describe('authorize', () => {
  const harness = useHarness();

  it.each([null, undefined, false] as const)(
    'S02 responds 401 when authorize returns %s, without an upstream call',
    async (result) => {
      const response = await harness.create({ authorize: () => result })(post());
      expect(response.status).toBe(401);
      expect((await read(response)).code).toBe('unauthorized');
      expect(harness.upstream.requests).toHaveLength(0);
    },
  );

  it.each([
    [
      'a synchronous throw',
      () => {
        throw new Error('db password hunter2');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('db password hunter2'))],
    ['true', () => true as never],
    ['a bare string', () => 'user-1' as never],
    ['an empty id', () => ({ id: '' })],
    ['a numeric id', () => ({ id: 7 }) as never],
  ])('S02 fails closed when authorize fails with %s', async (_what, authorize) => {
    const response = await harness.create({ authorize })(post());
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('internal_error');
    expect(text).not.toContain('hunter2');
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S02 keeps the error of a hook in the event, hidden from serializers', async () => {
    const cause = new Error('no such table');
    await harness.create({ authorize: () => Promise.reject(cause) })(post());
    expect(Reflect.get(harness.events[0]!, 'cause')).toBe(cause);
    expect(Object.keys(harness.events[0]!)).not.toContain('cause');
  });

  it('S02 responds 503 and aborts the signal when authorize hangs', async () => {
    const seen: AbortSignal[] = [];
    const authorize = (_request: Request, { signal }: { signal: AbortSignal }) => {
      seen.push(signal);
      return new Promise<null>(() => undefined);
    };
    const response = await harness.create({ authorize, timeoutMs: 20 })(post());
    expect(response.status).toBe(503);
    expect((await read(response)).code).toBe('hook_timeout');
    expect(seen[0]?.aborted).toBe(true);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it('S02 gives a hook that reads its signal after the time limit an aborted one', async () => {
    const contexts: RequestContext[] = [];
    const authorize = (_request: Request, context: RequestContext) => {
      contexts.push(context);
      return new Promise<null>(() => undefined);
    };
    const response = await harness.create({ authorize, timeoutMs: 20 })(post());
    expect(response.status).toBe(503);
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(contexts[0]?.signal).toBe({ ...contexts[0] }.signal);
  });

  it.each(['userId', 'user', 'safety_identifier', 'apiKey', 'baseURL', 'api_base', 'model', 'expires_after'])(
    'S03 refuses %s in the body',
    async (field) => {
      const response = await harness.create()(post({ [field]: 'evil-value' }));
      const problem = await read(response);
      expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path: field });
      expect(JSON.stringify(problem)).not.toContain('evil-value');
      expect(harness.upstream.requests).toHaveLength(0);
    },
  );

  it('S03 never lets a body change the principal, the key or the address', async () => {
    const passthrough = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: {} }) },
    } as const;
    const handler = harness.create({ allow: passthrough, safetyIdentifierKey: 'a-key-of-enough-length' });
    await handler(post());
    const evil = 'evil-value';
    const body = {
      userId: evil,
      user: evil,
      id: evil,
      safety_identifier: evil,
      apiKey: evil,
      baseURL: `https://${evil}.example`,
      api_base: `https://${evil}.example`,
      url: `https://${evil}.example`,
      model: evil,
    };
    expect((await handler(post(body))).status).toBe(200);
    const [plain, attacked] = harness.upstream.requests;
    const names = ['authorization', 'openai-safety-identifier', 'host'];
    for (const name of names) expect(attacked?.headers[name]).toBe(plain?.headers[name]);
    expect(attacked?.url).toBe(plain?.url);
    expect(attacked?.body).toEqual(plain?.body);
    expect(harness.events.map((event) => event.principal)).toEqual(
      Array(2).fill(plain?.headers['openai-safety-identifier']),
    );
  });

  it('S04 responds 403 when session refuses the principal', async () => {
    const response = await harness.create({ session: () => null })(post());
    expect(response.status).toBe(403);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each<[string, Record<string, string>, string | null]>([
    ['a bearer token', { authorization: 'Bearer expired' }, 'Bearer error="invalid_token"'],
    ['another scheme', { authorization: 'Basic dTpw' }, 'Bearer'],
    ['nothing', {}, 'Bearer'],
    ['a cookie', { cookie: 'sid=1', 'sec-fetch-site': 'same-origin' }, null],
  ])('S33 sends the right challenge with a 401 to a request with %s', async (_what, headers, challenge) => {
    const response = await harness.create({ authorize: () => null })(post({}, headers));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
  });

  it('passes the address and the request id to authorize', async () => {
    const seen: unknown[] = [];
    const handler = harness.create({
      authorize: (_request, { address, requestId }) => {
        seen.push(address, requestId);
        return { id: 'user-1' };
      },
    });
    const response = await handler(post(), { address: '203.0.113.9' });
    expect(seen).toEqual(['203.0.113.9', response.headers.get('x-request-id')]);
  });
});

describe('bearerToken', () => {
  const of = (authorization: string) => bearerToken(post({}, { authorization }));

  it.each(['Bearer abc.DEF-1_~+/==', 'bearer abc.DEF-1_~+/==', 'BEARER   abc.DEF-1_~+/=='])(
    'reads %s',
    (header) => {
      expect(of(header)).toBe('abc.DEF-1_~+/==');
    },
  );

  it.each([
    'Basic abc',
    'Bearerabc',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'X Bearer abc',
  ])('returns undefined for %s', (header) => {
    expect(of(header)).toBeUndefined();
  });

  it('returns undefined without the header', () => {
    expect(bearerToken(post())).toBeUndefined();
  });
});
