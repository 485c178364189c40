import type { ServerResponse } from 'node:http';
import type { ApiFailure } from './api-failure.ts';

/** One answer to be sent. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Body: text is sent as it is, anything else as JSON. */
  readonly body: unknown;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `cut` breaks the connection in the middle of the body. */
  readonly ending?: 'cut';
}

/**
 * Sends an answer, unless the client has left.
 *
 * @param response - Node's response.
 * @param answer - What to send.
 */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.writableEnded) return;
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': length,
    ...answer.headers,
  });
  if (answer.ending === 'cut') response.write(text.slice(0, text.length / 2), () => response.destroy());
  else response.end(text);
}

/**
 * The answer an API failure stands for.
 *
 * @param failure - Status and detail.
 */
export function failureAnswer(failure: ApiFailure): Answer {
  const { message = '', type = null, param = null, code = null } = failure.detail;
  return { status: failure.status, body: { error: { message, type, param, code } } };
}
