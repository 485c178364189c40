import { createSessionHandler, type AuditEvent, type SessionHandlerOptions } from '@realtime-session/server';
import { APIError } from 'better-auth/api';
import jsonwebtoken from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

const SECRET = 'a-secret-of-thirty-two-characters';

async function request(authorize: SessionHandlerOptions['authorize']) {
  const events: AuditEvent[] = [];
  const handler = createSessionHandler({
    apiKey: 'sk-of-the-tests-0123456789',
    authorize,
    session: { model: 'gpt-realtime-2.1' },
    onEvent: (event) => events.push(event),
  });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const { status } = await handler(new Request('http://app.test/api/realtime-session', init));
  return { status, event: events[0] };
}

describe('an error of a library in authorize', () => {
  it.each([
    ['UNAUTHORIZED', 401],
    ['FORBIDDEN', 403],
    ['INTERNAL_SERVER_ERROR', 500],
  ] as const)('%s of better-auth is answered with %i', async (name, status) => {
    const answered = await request(() => {
      throw new APIError(name);
    });
    expect(answered.status).toBe(status);
  });

  it.each([
    ['an expired token', jsonwebtoken.sign({ sub: 'ada' }, SECRET, { expiresIn: -60 })],
    ['a token that is not valid yet', jsonwebtoken.sign({ sub: 'ada' }, SECRET, { notBefore: 60 })],
    ['a forged token', jsonwebtoken.sign({ sub: 'ada' }, 'another-secret-of-thirty-two-characters')],
  ])('has a remedy when jsonwebtoken refuses %s', async (_what, token) => {
    const { status, event } = await request(() => {
      const { sub } = jsonwebtoken.verify(token, SECRET) as jsonwebtoken.JwtPayload;
      return { id: String(sub) };
    });
    expect(status).toBe(500);
    expect(event).toMatchObject({ type: 'failed', remedy: expect.stringContaining('authorizeJwt()') });
    expect(JSON.stringify(event)).not.toContain(token);
  });
});
