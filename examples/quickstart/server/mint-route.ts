import { randomUUID } from 'node:crypto';
import { createSessionHandler, type SessionHandler } from '@realtime-session/server';
import type { Backend } from './backend.ts';
import type { Settings } from './settings.ts';

/** The model of every session. */
export const MODEL = 'gpt-realtime-2.1';

/** Creates the handler of `POST /api/realtime-session`. */
export function createMintRoute(backend: Backend, settings: Settings): SessionHandler {
  return createSessionHandler({
    apiKey: backend.apiKey,
    upstream: backend.upstream,
    // For a local demo only. The server listens on 127.0.0.1, so only users of this machine can reach it. The cookie
    // distinguishes browsers for the rate limit; it does not authenticate anyone. In your application, return the
    // signed-in user here, or null when there is none. Otherwise anyone on the internet can spend your money.
    authorize: (request) => {
      const id = readVisitorId(request.headers.get('cookie'));
      return id === undefined ? null : { id };
    },
    session: {
      type: 'realtime',
      model: MODEL,
      instructions: settings.instructions,
      // So that the page can show what the user said.
      audio: { input: { transcription: { model: 'gpt-transcribe' } } },
    },
    ttlSeconds: settings.ttlSeconds,
    limits: { perPrincipal: { max: 120, windowMs: 60_000 }, perAddress: { max: 240, windowMs: 60_000 } },
    // Without onEvent, failures are reported in the terminal, with the remedy.
  });
}

const VISITOR_COOKIE = /(?:^|;\s*)visitor=([0-9a-f-]{36})(?:;|$)/;

/** Reads the visitor id from a `Cookie` header. */
export function readVisitorId(cookies: string | null | undefined): string | undefined {
  return VISITOR_COOKIE.exec(cookies ?? '')?.[1];
}

/** Creates a `Set-Cookie` header for a new visitor. The cookie is not sent across sites and not readable by scripts. */
export function createVisitorCookie(): string {
  return `visitor=${randomUUID()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400`;
}
