import type { SessionInfo } from '../token/ephemeral-token.ts';
import type { ParsedToken } from '../token/parsed-token.ts';

/**
 * What `createTokenManager()` needs to know of an issuer. Spread it into the options; what stands after it wins.
 *
 * @example
 * ```ts
 * const tokens = createTokenManager({ fetchToken: endpoint('/api/deepgram-token'), ...deepgram });
 * ```
 */
export interface Issuer<Session = SessionInfo> {
  /** Reads the issuer's answer, passed on unchanged by your mint route. Throws a `TokenError` on a bad one. */
  readonly parse: (raw: unknown) => ParsedToken<Session>;
  /** Whether its tokens open one session or many. */
  readonly reuse: 'until-expiry' | 'once';
  /** Documented lifetime of its tokens in milliseconds, for issuers whose answers may name none. */
  readonly assumedLifetimeMs?: number;
}
