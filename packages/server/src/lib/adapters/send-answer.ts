import type { Answer } from '../handler/answer.ts';
import type { NodeResponse } from './node-message.ts';

function closed(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}

/**
 * Sends an answer and resolves when the response is closed. Never rejects. Headers are set one by one: sessions, compression and
 * whatever else wraps `writeHead()` understands that, and not always a list.
 *
 * @param response - Of Node, possibly wrapped by a framework.
 * @param answer - What to send. Short, so it is sent in one piece.
 */
export async function sendAnswer(response: NodeResponse, answer: Answer): Promise<void> {
  try {
    if (response.destroyed || response.writableEnded) return;
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    const done = closed(response);
    response.end(answer.body ?? '');
    await done;
  } catch {
    // Somebody else has begun to answer.
    response.destroy();
  }
}
