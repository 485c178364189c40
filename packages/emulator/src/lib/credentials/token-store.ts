import type { EffectiveSession } from '../session/effective-session.ts';
import { randomId } from './random-id.ts';

const MAX_TOKENS = 10_000;

/** A token that was minted. */
export interface IssuedToken {
  /** The token, `ek_` and 32 hexadecimal digits. */
  readonly value: string;
  /** When it stops opening sessions, in unix seconds. */
  readonly expiresAtSeconds: number;
  /** The session it opens. */
  readonly session: EffectiveSession;
}

/** The tokens an emulator knows. */
export interface TokenStore {
  /** Mints a token for a session, good for so many seconds from now. */
  issue(session: EffectiveSession, ttlSeconds: number): IssuedToken;
  /** The session a token may open now; `undefined` for unknown and expired ones. */
  find(value: string): EffectiveSession | undefined;
}

/**
 * Keeps the newest 10000 tokens in memory.
 *
 * @param nowMs - The clock.
 */
export function createTokenStore(nowMs: () => number): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  return {
    issue(session, ttlSeconds) {
      const token = {
        value: randomId('ek'),
        expiresAtSeconds: Math.floor(nowMs() / 1000) + ttlSeconds,
        session,
      };
      tokens.set(token.value, token);
      const [oldest] = tokens.keys();
      if (tokens.size > MAX_TOKENS && oldest !== undefined) tokens.delete(oldest);
      return token;
    },
    find(value) {
      const token = tokens.get(value);
      return token !== undefined && nowMs() < token.expiresAtSeconds * 1000 ? token.session : undefined;
    },
  };
}
