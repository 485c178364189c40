/** What is needed of a Hono context. */
export interface HonoContextLike {
  /** Hono's request. */
  readonly req: {
    /** The web-standard one. */
    readonly raw: Request;
    /** The body, also when a middleware has read it. */
    arrayBuffer(): Promise<ArrayBuffer>;
  };
}

/** What Hono's `getConnInfo` of each runtime tells. */
export interface HonoConnInfo {
  /** The other end of the connection. */
  readonly remote: {
    /** Its address. */
    readonly address?: string | undefined;
  };
}

/**
 * The request of a context with its body, also when a middleware has read that.
 *
 * @param context - Hono's.
 */
export async function unreadRequest({ req }: HonoContextLike): Promise<Request> {
  const { raw } = req;
  if (!raw.bodyUsed) return raw;
  const { url, method, headers, signal } = raw;
  return new Request(url, { method, headers, signal, body: await req.arrayBuffer() });
}
