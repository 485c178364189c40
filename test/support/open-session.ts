import { WebSocket } from 'ws';
import { onTestFinished } from 'vitest';

/**
 * Opens a session the way a browser does, with the token as a subprotocol.
 *
 * @returns the first event: `session.created`, or why not.
 */
export function firstEvent(url: string, token: string): Promise<unknown> {
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${token}`]);
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    // Text frames arrive as one buffer; only a client told otherwise gets fragments.
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8'))));
  });
}
