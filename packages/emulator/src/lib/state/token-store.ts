import { createId } from '../shared/create-id.ts';
import type { Reuse } from './options.ts';
import type { SessionConfig } from './session-config.ts';

const MAX_TOKENS = 10_000;

export interface IssuedToken {
  /** `ek_` and 32 hexadecimal digits. */
  readonly value: string;
  /** When the token stops opening sessions, in unix seconds. */
  readonly expiresAtSeconds: number;
  readonly session: SessionConfig;
}

/** The newest 10,000 tokens, in memory. */
export interface TokenStore {
  issue(session: SessionConfig, ttlSeconds: number): IssuedToken;
  /** Uses a token: returns its session, or `undefined` if it is unknown, expired or, with `once`, already used. */
  redeem(value: string, reuse: Reuse): SessionConfig | undefined;
}

export function createTokenStore(nowMs: () => number): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  const used = new Set<string>();
  return {
    issue(session, ttlSeconds) {
      const token = {
        value: createId('ek'),
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
  };
}
