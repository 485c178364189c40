import type { IncomingMessage } from 'node:http';
import { invalidRequest } from '../http/api-failure.ts';

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;
const LOOPBACK_ORIGIN = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/**
 * Keeps pages of the internet away from the controls: they can send requests to this machine, but neither from an origin on it
 * nor, when their name is made to point here, to a host of that name.
 *
 * @param request - Node's request.
 * @returns the origin of the page that asks, when it is one of this machine.
 * @throws {@link ApiFailure} 403 `not_from_this_machine`.
 */
export function fromThisMachine({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (LOOPBACK_HOST.test(host) && (origin === undefined || LOOPBACK_ORIGIN.test(origin))) return origin;
  throw invalidRequest(403, {
    message: 'The emulator is controlled from this machine only; use its address on 127.0.0.1.',
    code: 'not_from_this_machine',
  });
}
