import { errors, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from './support/harness.ts';

const secret = new TextEncoder().encode('a-secret-of-thirty-two-characters');

async function expiredToken(): Promise<string> {
  return new SignJWT({ email: 'ada@example.com' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('2 minutes ago')
    .sign(secret);
}

describe('an error of authorize', () => {
  const harness = useHarness();
  const fail = (error: Error) => harness.create({ authorize: () => Promise.reject(error) })(post());

  it.each([
    ['unauthorized', 401, { status: 'UNAUTHORIZED', statusCode: 401 }],
    ['forbidden', 403, { status: 'FORBIDDEN', statusCode: 403 }],
    ['unauthorized', 401, { status: 401, statusCode: 500 }],
    ['internal_error', 500, { status: 'UNAUTHORIZED' }],
    ['internal_error', 500, { status: '401' }],
  ])('is answered with %s when it has %i or %o', async (code, status, fields) => {
    const response = await fail(Object.assign(new Error('denied'), fields));
    expect(response.status).toBe(status);
    expect((await read(response)).code).toBe(code);
  });

  it('has a remedy that names authorizeJwt() when jose refuses an expired token', async () => {
    const token = await expiredToken();
    const authorize = async () => {
      const { payload } = await jwtVerify(token, secret);
      return { id: String(payload.sub) };
    };
    const response = await harness.create({ authorize })(post());
    expect(response.status).toBe(500);
    const [event] = harness.events;
    expect(event).toMatchObject({ type: 'failed', code: 'internal_error' });
    expect(Reflect.get(event!, 'remedy')).toMatch(/authorizeJwt\(\).*401/);
    expect(JSON.stringify(event)).not.toContain('ada@example.com');
  });

  it.each<[string, Error]>([
    ['a forged token', new errors.JWSSignatureVerificationFailed()],
    ['an encrypted token', new errors.JWEInvalid()],
    ['another algorithm', new errors.JOSEAlgNotAllowed()],
  ])('has that remedy for %s', async (_what, error) => {
    await fail(error);
    expect(Reflect.get(harness.events[0]!, 'remedy')).toContain('authorizeJwt()');
  });

  it.each<[string, Error]>([
    ['keys that cannot be fetched', new errors.JWKSTimeout()],
    ['a database that is down', Object.assign(new Error('down'), { code: 'ECONNREFUSED' })],
  ])('does not have that remedy for %s', async (_what, error) => {
    await fail(error);
    expect(Reflect.get(harness.events[0]!, 'remedy')).not.toContain('authorizeJwt()');
  });
});
