import { z } from 'zod';
import { toSnapshot } from '../shared/model-snapshots.ts';
import type { OpenSession, Transport } from '../shared/open-session.ts';

/** Which sessions are meant: those to which every member applies. Without members: all sessions. */
export interface SessionMatch {
  /** Session id, `sess_…` or `live_…`. */
  readonly id?: string;
  /** Call id of a WebRTC call, `rtc_…` or `live_…`. */
  readonly callId?: string;
  /** Token that opened the session, `ek_…`. */
  readonly token?: string;
  /** Model of the session. */
  readonly model?: string;
  /** Value of the header `OpenAI-Safety-Identifier` of the request that opened the session, or minted its token. */
  readonly safetyIdentifier?: string;
  /** How the session is connected. */
  readonly transport?: Transport;
}

/** Where a session comes from. Used to select sessions, and never shown. */
export interface SessionOrigin {
  readonly token: string | undefined;
  readonly safetyIdentifier: string | undefined;
}

export interface MatchableSession {
  readonly session: OpenSession;
  readonly origin: SessionOrigin;
}

export function matchesSession({ session, origin }: MatchableSession, match: SessionMatch): boolean {
  const model = match.model === undefined ? undefined : toSnapshot(match.model);
  const pairs = [
    [match.id, session.id],
    [match.callId, session.callId],
    [match.token, origin.token],
    [model, session.model],
    [match.safetyIdentifier, origin.safetyIdentifier],
    [match.transport, session.transport],
  ] as const;
  return pairs.every(([wanted, actual]) => wanted === undefined || wanted === actual);
}

export const sessionMatchSchema: z.ZodType<SessionMatch> = z.strictObject({
  id: z.string().exactOptional(),
  callId: z.string().exactOptional(),
  token: z.string().exactOptional(),
  model: z.string().exactOptional(),
  safetyIdentifier: z.string().exactOptional(),
  transport: z.enum(['websocket', 'webrtc']).exactOptional(),
});
