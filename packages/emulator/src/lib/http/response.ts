import type { ServerResponse } from 'node:http';
import { HttpError } from './http-error.ts';

export interface HttpResponse {
  readonly status: number;
  /** Strings are sent unchanged, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `truncated` breaks the connection in the middle of the body, `none` before the response. Default `complete`. */
  readonly delivery?: 'complete' | 'truncated' | 'none';
}

/** Sends a response, unless the client has disconnected. */
export function sendResponse(
  target: ServerResponse,
  { status, body, headers, delivery }: HttpResponse,
): void {
  if (target.destroyed || target.writableEnded) return;
  if (delivery === 'none') {
    target.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  target.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  });
  if (delivery === 'truncated') target.write(text.slice(0, text.length / 2), () => target.destroy());
  else target.end(text);
}

/** Turns a thrown error into a response: an {@link HttpError} into its own, anything else into a 500. */
export function toErrorResponse(error: unknown): HttpResponse {
  if (!(error instanceof HttpError)) {
    const message = 'The emulator could not process the request.';
    return toErrorResponse(new HttpError(500, { message, type: 'server_error' }));
  }
  const { message = '', type = null, param = null, code = null } = error.detail;
  return { status: error.status, body: { error: { message, type, param, code } } };
}
