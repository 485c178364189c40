import { bearerToken, compatible, createSessionHandler } from '@realtime-session/server';

/** Not reached while it is measured, but counted all the same. */
const rate = { max: 1_000_000, windowMs: 1_000 };

/**
 * Our mint route with every check on: who asks, two limits, a body with a field the client may set, its schema, an
 * identifier of the user, an audit event.
 *
 * @param {string} origin - Of the stand-in for the API.
 */
export function ourHandler(origin) {
  return createSessionHandler({
    apiKey: 'sk-bench-4f7b1d9c3a5e',
    authorize: (request) => (bearerToken(request) === 'user-1' ? { id: 'user-1' } : null),
    session: { model: 'gpt-realtime', instructions: 'Be brief.' },
    allow: ['audio.output.voice'],
    allowedOrigins: ['https://app.example.com'],
    limits: { perPrincipal: rate, perAddress: rate },
    safetyIdentifierKey: 'a key of the bench, 32 characters',
    timeoutMs: 120_000,
    upstream: compatible({ baseUrl: origin }),
    onEvent: () => undefined,
  });
}
