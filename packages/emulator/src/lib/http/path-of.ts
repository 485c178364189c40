import type { IncomingMessage } from 'node:http';

/**
 * Path of a request, without its query.
 *
 * @param request - Node's request.
 */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}
