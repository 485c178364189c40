import type { ReadBytes } from './direct-answers.ts';
import type { Trail } from '../audit/trail.ts';

/** One request on its way through the handler. */
export interface CallState {
  /** The request. */
  readonly request: Request;
  /** Aborted when the client goes away. Some runtimes give requests no signal: then it never is. */
  readonly signal: AbortSignal;
  /** The client's address, when the adapter knows it. */
  readonly address: string | undefined;
  /** The framework's own request, when the adapter says. */
  readonly incoming: unknown;
  /** Reads the body, once, when nobody else has. */
  readonly readBytes: ReadBytes;
  /** Notes for the audit event. */
  readonly trail: Trail;
}
