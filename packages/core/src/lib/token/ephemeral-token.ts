/** What this package knows of a session that came with a token. Issuers add fields of their own. */
export interface SessionInfo {
  /** The session's id, `sess_…`. */
  readonly id?: string;
  /** The wire object's name, for example `realtime.session`. */
  readonly object?: string;
  /** `realtime` or `transcription`. */
  readonly type?: string;
  /** The model that was chosen, often a dated snapshot of the one asked for. */
  readonly model?: string;
  /** Anything else the mint route exposed. */
  readonly [field: string]: unknown;
}

/**
 * An ephemeral API token. `value` is the only door to the secret: `String(token)`, template literals, `JSON.stringify`,
 * `util.inspect` and `console.log` show a redacted stand-in.
 */
export interface EphemeralToken<Session = SessionInfo> {
  /** The secret itself, `ek_…` at OpenAI. Hand it to the client that connects, and to nothing else. */
  readonly value: string;
  /** When it stops opening sessions, in milliseconds since 1970 on *this machine's* clock; `undefined` if nobody knows. */
  readonly expiresAtMs: number | undefined;
  /** The session that came with it, as far as the mint route exposes it. */
  readonly session: Session | undefined;
  /** Milliseconds of life left now, by the worse of wall and monotonic clock; 0 when dead, `Infinity` when unknown. */
  remainingMs(): number;
  /** A redacted stand-in such as `ek_…(redacted)`, safe to print. */
  toString(): string;
  /** The same for `JSON.stringify`. */
  toJSON(): { readonly value: string; readonly expiresAtMs: number | undefined };
}
