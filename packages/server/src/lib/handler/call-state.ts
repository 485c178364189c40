import type { Trail } from '../audit/trail.ts';

/** One request on its way through the handler. */
export interface CallState {
  /** The request. */
  readonly request: Request;
  /** The client's address, when the adapter knows it. */
  readonly address: string | undefined;
  /** Notes for the audit event. */
  readonly trail: Trail;
}
