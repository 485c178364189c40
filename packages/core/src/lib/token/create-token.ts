import type { EphemeralToken } from './ephemeral-token.ts';
import { redact } from './redact.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** What a token is made of. */
export interface TokenParts<Session> {
  /** The secret. */
  readonly value: string;
  /** On this machine's wall clock. */
  readonly expiresAtMs: number | undefined;
  /** As the issuer answered it. */
  readonly session: Session | undefined;
  /** Reads the clocks. */
  remainingMs(): number;
}

/**
 * A token whose secret prints nowhere: `value` is a getter on the prototype, so enumeration, cloning and inspection miss it.
 *
 * @param parts - The secret and its life.
 */
export function createToken<Session>(parts: TokenParts<Session>): EphemeralToken<Session> {
  const shown = redact(parts.value);
  const { expiresAtMs, session } = parts;
  const printable = { value: shown, expiresAtMs };
  return Object.create({
    get value() {
      return parts.value;
    },
    get expiresAtMs() {
      return expiresAtMs;
    },
    get session() {
      return session;
    },
    remainingMs: () => parts.remainingMs(),
    toString: () => shown,
    toJSON: () => printable,
    [inspect]: () => `EphemeralToken(${shown})`,
    [Symbol.toStringTag]: 'EphemeralToken',
  }) as EphemeralToken<Session>; // the prototype above has exactly its members
}
