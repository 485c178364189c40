import type { RequestHandler } from '../request-handler.ts';
import { toFastifyHandler } from './fastify.ts';
import type { FastifyHandler } from './fastify.ts';
import type { AdapterOptions } from './web.ts';

/** The part of a Fastify instance that is used. */
export interface FastifyScopeLike {
  /** Removes the parsers that the scope has inherited. */
  removeAllContentTypeParsers(): unknown;
  /** Adds a parser for every content type. */
  addContentTypeParser(
    contentType: '*',
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): unknown;
  /** Adds a route for every method. */
  all(path: string, handler: FastifyHandler): unknown;
}

/** A Fastify plugin. */
export type FastifyPlugin = (scope: FastifyScopeLike, options: unknown, done: () => void) => void;

/**
 * Adapts a handler to a Fastify 5 plugin, for requests whose content type Fastify itself refuses: `application/sdp`, which the official
 * clients send to a route for calls. Fastify does not parse the bodies of the route; other routes keep their parsers.
 *
 * @param handler - Created by `createCallHandler()` or `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.register(toFastifyPlugin(handler), { prefix: '/api/realtime-call' });
 * ```
 */
export function toFastifyPlugin(handler: RequestHandler, options: AdapterOptions = {}): FastifyPlugin {
  const respond = toFastifyHandler(handler, options);
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.all('/', respond);
    done();
  };
}
