/** Who is asking, as your `authorize` says. Extra members reach your `session` function. */
export interface Principal {
  /** Stable id of the user, 1..512 characters. Rate limits and the safety identifier hang on it; it never leaves raw. */
  readonly id: string;
}

/** What `authorize` learns besides the request. */
export interface RequestContext {
  /** The client's address, when the adapter knows it. */
  readonly address: string | undefined;
  /** Id of this request, as in the header `X-Request-Id` and the audit event. */
  readonly requestId: string;
  /** Aborted when the client goes away or `timeoutMs` is over. Pass it to `fetch` and your database. */
  readonly signal: AbortSignal;
}
