import type { Answer, AnswerHeaders } from '../handler/answer.ts';
import { problemStatus, problemTitle } from './problem-code.ts';
import type { ProblemCode } from './problem-code.ts';
import { retryAfterSeconds } from './refusal-headers.ts';
import type { Refusal } from './refusal.ts';

/** Body of every refusal, as `application/problem+json` (RFC 9457). */
export interface Problem {
  /** `urn:realtime-session:problem:` and the code. */
  readonly type: string;
  /** One plain sentence that names the remedy. */
  readonly title: string;
  /** HTTP status, as in the status line. */
  readonly status: number;
  /** Which problem this is. */
  readonly code: ProblemCode;
  /** Id of this request, also in the header `X-Request-Id` and in the audit event. */
  readonly request_id: string;
  /** Whole seconds to wait before the next try, at least 1. */
  readonly retry_after?: number;
  /** Dotted path of the field at fault, with `unknown_field` and `invalid_field`. */
  readonly path?: string;
}

const LONGEST_PATH = 200;

/** The problem document of a refusal. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  const { code, detail } = refusal;
  const retryAfter = retryAfterSeconds(refusal);
  return {
    type: `urn:realtime-session:problem:${code}`,
    title: detail.title ?? problemTitle[code],
    status: problemStatus[code],
    code,
    request_id: requestId,
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(detail.path === undefined ? {} : { path: detail.path.slice(0, LONGEST_PATH) }),
  };
}

/**
 * The answer to a refused request.
 *
 * @param request - Only its method is read: `HEAD` gets no body.
 * @param problem - What to say.
 * @param headers - Headers every answer carries; added to, so pass a fresh object.
 */
export function problemAnswer(request: Request, problem: Problem, headers: AnswerHeaders): Answer {
  headers['Content-Type'] = 'application/problem+json';
  const body = request.method === 'HEAD' ? null : JSON.stringify(problem);
  return { status: problem.status, headers, body };
}
