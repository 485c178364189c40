import type { ProblemCode } from './problem-code.ts';

/** The rate limit that was reached. */
export interface ReachedLimit {
  /** Whose bucket is empty. */
  readonly subject: 'principal' | 'address';
  /** Mints per window. */
  readonly max: number;
  /** Length of the window in milliseconds, when the limiter says so. */
  readonly windowMs: number | undefined;
}

/** What a refusal can say besides its code. */
export interface RefusalDetail {
  /** Sentence for the caller instead of the standard title of the code. Our own words, never those of the upstream. */
  readonly title?: string;
  /** Sentence for the owner of the server; goes to the audit event only. */
  readonly remedy?: string;
  /** Dotted path of the field at fault. Never its value. */
  readonly path?: string;
  /** How long the caller should wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The limit reached, with `rate_limited`. */
  readonly limit?: ReachedLimit;
  /** What was thrown underneath; goes to the audit event only, and not enumerably. */
  readonly cause?: unknown;
}

/** Thrown by any step of a request to end it with a problem document. Never leaves the handler. */
export class Refusal extends Error {
  /** Which problem this is. */
  readonly code: ProblemCode;
  /** What else is known. */
  readonly detail: RefusalDetail;

  constructor(code: ProblemCode, detail: RefusalDetail = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Turns whatever a hook threw into a refusal.
 *
 * @param thrown - Anything.
 * @param remedy - What the owner should look at when it was not a refusal already.
 */
export function asRefusal(thrown: unknown, remedy: string): Refusal {
  return thrown instanceof Refusal ? thrown : new Refusal('internal_error', { remedy, cause: thrown });
}
