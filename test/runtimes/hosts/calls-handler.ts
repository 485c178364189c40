import { createCallHandler, openaiCalls } from '@realtime-session/server/calls';
import type { CallHandler } from '@realtime-session/server/calls';

/** The route for calls whose provider is an emulator. One token costs one unit. */
export function createCalls(env: Readonly<Record<string, string | undefined>>): CallHandler {
  return createCallHandler({
    apiKey: env['EMULATOR_KEY'],
    authorize: (request) => ({ id: request.headers.get('x-user') ?? 'user-1' }),
    session: { model: 'gpt-realtime-2.1' },
    upstream: openaiCalls({ baseUrl: env['EMULATOR_URL'] ?? '' }),
    callLimits: {
      maxDurationMs: Number(env['MAX_DURATION_MS']),
      warnBeforeMs: 0,
      budget: {
        perCall: 1_000_000,
        cost: (used) => ('usage' in used ? Number(used.usage['total_tokens'] ?? 0) : 0),
      },
    },
  });
}
