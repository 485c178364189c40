import type { CreateId } from '../shared/create-id.ts';
import type { Reuse } from './options.ts';
import type { AnySessionConfig } from './translation-config.ts';

const MAX_TOKENS = 10_000;

export interface IssuedToken {
  /** `ek_` and 32 hexadecimal digits. */
  readonly value: string;
  /** When the token stops opening sessions, in unix seconds. */
  readonly expiresAtSeconds: number;
  readonly session: AnySessionConfig;
  /** The `OpenAI-Safety-Identifier` of the request that minted it. */
  readonly safetyIdentifier: string | undefined;
  /** The API key that minted it. */
  readonly apiKey: string;
}

/** A token before it is issued. */
export interface TokenRequest extends Pick<IssuedToken, 'apiKey' | 'session' | 'safetyIdentifier'> {
  /** Lifetime, in seconds. */
  readonly ttlSeconds: number;
}

/** The newest 10,000 tokens, in memory. */
export interface TokenStore {
  issue(request: TokenRequest): IssuedToken;
  /** Returns a token, usable or not. */
  get(value: string): IssuedToken | undefined;
  /** Uses a token: returns its session, or `undefined` if it is unknown, expired or, with `once`, already used. */
  redeem(value: string, reuse: Reuse): AnySessionConfig | undefined;
}

export function createTokenStore(nowMs: () => number, createId: CreateId): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  const used = new Set<string>();
  return {
    get: (value) => tokens.get(value),
    issue({ ttlSeconds, ...request }) {
      const token = {
        value: createId('ek'),
        expiresAtSeconds: Math.floor(nowMs() / 1000) + ttlSeconds,
        ...request,
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
