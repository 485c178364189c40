import type { SessionInfo } from './ephemeral-token.ts';
import type { StandardSchema } from './standard-schema.ts';

/** A token as read off the wire. */
export interface ParsedToken<Session = SessionInfo> {
  /** The secret, not empty. */
  readonly value: string;
  /** Absolute expiry on the server's clock, in milliseconds since 1970, when the answer names one. */
  readonly expiresAtMs?: number | undefined;
  /** Lifetime from the moment of minting, in milliseconds, when the answer names one. Wins over `expiresAtMs`. */
  readonly expiresInMs?: number | undefined;
  /** The session that came with it. */
  readonly session?: Session | undefined;
}

/** Reads a mint route's answer: a function, which throws on a bad one, or any Standard Schema with this output. */
export type TokenParser<Session = SessionInfo> =
  | ((raw: unknown) => ParsedToken<Session> | Promise<ParsedToken<Session>>)
  | StandardSchema<ParsedToken<Session>>;
