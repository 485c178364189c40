/** What an adapter knows about a request besides the request. */
export interface HandlerContext {
  /** The client's address, as far as it can be trusted. Without one, all clients share a rate limit. */
  readonly address?: string | undefined;
  /** What `authorize` gets as `context.incoming`: the framework's own request, say. Never logged, never sent anywhere. */
  readonly incoming?: unknown;
}

/** The mint route: a web-standard request handler. Never throws, never rejects. */
export interface SessionHandler {
  (request: Request, context?: HandlerContext): Promise<Response>;
  /** Refuses new requests with 503 and resolves when those in flight are answered. May be called again. */
  close(): Promise<void>;
}
