import { createSessionHandler, type SessionHandler } from '@realtime-session/server';
import type { Backend } from './backend.ts';
import { createEventLog } from './event-log.ts';
import type { Settings } from './settings.ts';
import { readVisitor } from './visitor.ts';

/** The model every session is pinned to. */
export const MODEL = 'gpt-realtime';

/**
 * The mint route: what `POST /api/realtime-session` does.
 *
 * @param backend - Where tokens come from.
 * @param settings - What every session gets.
 */
export function createMintRoute(backend: Backend, settings: Settings): SessionHandler {
  return createSessionHandler({
    apiKey: backend.apiKey,
    upstream: backend.upstream,
    // This is right for a local demo only: the server listens on 127.0.0.1, so whoever gets here sits at this machine, and
    // the cookie merely tells browsers apart for the rate limit. It proves nothing about who they are. In an application,
    // look the signed-in user up here and return null when there is none, or the whole internet mints on your bill.
    authorize: (request) => {
      const id = readVisitor(request.headers.get('cookie'));
      return id === undefined ? null : { id };
    },
    session: { type: 'realtime', model: MODEL, instructions: settings.instructions },
    ttlSeconds: settings.ttlSeconds,
    limits: { perPrincipal: { max: 120, windowMs: 60_000 }, perAddress: { max: 240, windowMs: 60_000 } },
    onEvent: createEventLog((line) => console.error(line)),
  });
}
