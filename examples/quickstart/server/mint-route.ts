import { randomUUID } from 'node:crypto';
import { createSessionHandler, type AuditEvent, type SessionHandler } from '@realtime-session/server';
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
    session: { type: 'realtime', model: MODEL, instructions: settings.instructions },
    ttlSeconds: settings.ttlSeconds,
    limits: { perPrincipal: { max: 120, windowMs: 60_000 }, perAddress: { max: 240, windowMs: 60_000 } },
    onEvent: createEventLog((line) => console.error(line)),
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

/** Writes one line when minting starts to fail and one when it works again. Never logs keys, tokens or response bodies. */
function createEventLog(writeLine: (line: string) => void): (event: AuditEvent) => void {
  let problem: string | undefined;
  return (event) => {
    if (event.type === 'minted' && problem !== undefined) writeLine('Tokens are minted again.');
    const next = event.type === 'minted' ? undefined : (describeEvent(event) ?? problem);
    if (next !== undefined && next !== problem) writeLine(next);
    problem = next;
  };
}

function describeEvent(event: Exclude<AuditEvent, { type: 'minted' }>): string | undefined {
  switch (event.type) {
    case 'failed':
      return describeFailure(event);
    case 'refused':
      return `A token request was rejected with ${event.status} (${event.code}).`;
    case 'aborted':
    case 'preflight':
      return undefined;
  }
}

function describeFailure({ upstreamStatus, code, remedy }: Extract<AuditEvent, { type: 'failed' }>): string {
  if (upstreamStatus === 401) {
    return 'The API rejected OPENAI_API_KEY: check that it is complete, active and from the right project, then restart.';
  }
  return `Minting a token failed (${code}): ${remedy ?? 'it is retried while a page is open.'}`;
}
