import type { EffectiveSession } from '../session/effective-session.ts';
import type { Reuse } from '../options/emulator-options.ts';
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
  /** Uses a token to open a session: what it opens, or `undefined` when it is unknown, expired or, with `once`, used before. */
  redeem(value: string, reuse: Reuse): EffectiveSession | undefined;
  /** Forgets every token. */
  clear(): void;
}

/**
 * Keeps the newest 10000 tokens in memory.
 *
 * @param nowMs - The clock.
 */
export function createTokenStore(nowMs: () => number): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  const used = new Set<string>();
  return {
    issue(session, ttlSeconds) {
      const token = {
        value: randomId('ek'),
        expiresAtSeconds: Math.floor(nowMs() / 1000) + ttlSeconds,
        session,
      };
      tokens.set(token.value, token);
      const [oldest] = tokens.keys();
      if (tokens.size > MAX_TOKENS && oldest !== undefined) {
        tokens.delete(oldest);
        used.delete(oldest);
      }
      return token;
    },
    redeem(value, reuse) {
      const token = tokens.get(value);
      if (token === undefined || nowMs() >= token.expiresAtSeconds * 1000) return undefined;
      if (reuse === 'once' && used.has(value)) return undefined;
      used.add(value);
      return token.session;
    },
    clear() {
      tokens.clear();
      used.clear();
    },
  };
}
