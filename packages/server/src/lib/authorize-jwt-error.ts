import type { ProblemCode, ProblemDetail } from './problem.ts';
import { isRecord } from './validate.ts';

const NAME = 'AuthorizeJwtError';

/** Why `authorizeJwt()` can verify no token. Recognized by its name, because `authorizeJwt()` is in an entry of its own. */
export class AuthorizeJwtError extends Error {
  readonly problem: ProblemCode;
  /** A sentence for the owner of the server. */
  readonly remedy: string;

  constructor(problem: ProblemCode, message: string, { remedy, cause }: ProblemDetail) {
    super(message, cause === undefined ? {} : { cause });
    this.name = NAME;
    this.problem = problem;
    this.remedy = remedy ?? '';
  }
}

/** Whether `authorize` threw an error of `authorizeJwt()`. */
export function isAuthorizeJwtError(thrown: unknown): thrown is AuthorizeJwtError {
  return isRecord(thrown) && thrown['name'] === NAME && typeof thrown['remedy'] === 'string';
}
