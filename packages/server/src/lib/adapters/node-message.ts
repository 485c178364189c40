import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request of `node:http`, `node:https` or `node:http2`. */
export type NodeMessage = IncomingMessage | Http2ServerRequest;

/** A response of `node:http`, `node:https` or `node:http2`. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** A request and its response, as a framework keeps them. */
export interface NodeExchange {
  /** The request. */
  readonly message: NodeMessage;
  /** The response. */
  readonly response: NodeResponse;
  /** The target before a framework cut a prefix off. Default: `originalUrl` of the message, else its `url`. */
  readonly originalUrl?: string | undefined;
  /** What `authorize` gets to see. Default: the message. */
  readonly incoming?: unknown;
  /** What a body parser made of the body. Default: `body` of the message. */
  readonly body?: unknown;
}
