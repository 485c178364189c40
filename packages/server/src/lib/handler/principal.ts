/** Who is asking, as your `authorize` says. Extra members reach your `session` function. */
export interface Principal {
  /** Stable id of the user, 1..512 characters. Rate limits and the safety identifier hang on it; it never leaves raw. */
  readonly id: string;
}

/** What `authorize` learns besides the request. */
export interface RequestContext {
  /** The client's address, when the adapter knows it. */
  readonly address: string | undefined;
  /**
   * What the framework handed to the adapter, untouched, for what its middleware found out: Node's or Express's request
   * (`user`, `session`), Fastify's request, Koa's, Hono's, h3's or SvelteKit's context or event, Lambda's event.
   * `undefined` when the handler was called without an adapter that says.
   */
  readonly incoming: unknown;
  /** Id of this request, as in the header `X-Request-Id` and the audit event. */
  readonly requestId: string;
  /** Aborted when the client goes away or `timeoutMs` is over. Pass it to `fetch` and your database. */
  readonly signal: AbortSignal;
}
